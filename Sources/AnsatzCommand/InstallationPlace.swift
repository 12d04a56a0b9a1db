import ArgumentParser
import Foundation

/// Where a kernel is installed: for the user, under a prefix, or in a Python environment.
struct InstallationPlace: ParsableArguments {
  @Flag(help: "For this user (the default).")
  var user = false

  @Option(help: "Under this folder, in share/jupyter/kernels.")
  var prefix: String?

  @Flag(help: "Into the active Python environment.")
  var sysPrefix = false

  func validate() throws {
    let chosen = [user, prefix != nil, sysPrefix].filter { $0 }
    guard chosen.count <= 1 else {
      throw ValidationError("Choose one of --user, --prefix and --sys-prefix.")
    }
    guard prefix != "" else { throw ValidationError("--prefix is empty; name a folder.") }
  }

  func kernelsFolder() throws -> URL {
    if let prefix {
      return JupyterPaths.kernels(underPrefix: Program.absolute(prefix))
    }
    if sysPrefix {
      return JupyterPaths.kernels(underPrefix: try JupyterPaths.pythonPrefix())
    }
    return URL(fileURLWithPath: JupyterPaths.userData).appendingPathComponent("kernels")
  }
}
