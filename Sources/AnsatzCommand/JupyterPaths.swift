import Foundation

/// The folders in which Jupyter looks for kernels.
///
/// Source: "Common Directories and File Locations" in Jupyter's documentation.
enum JupyterPaths {
  /// Folders that may hold a `kernels` folder, the one that wins first.
  static func data(prefix: String? = nil) -> [String] {
    let listed = environment("JUPYTER_PATH") ?? ""
    var folders = listed.split(separator: ":").map(String.init)
    let inPython = (prefix ?? (try? pythonPrefix())).map { ["\($0)/share/jupyter"] } ?? []
    folders += prefersPython ? inPython + [userData] : [userData] + inPython
    folders += ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    return folders.reduce(into: []) { unique, folder in
      if !unique.contains(folder) { unique.append(folder) }
    }
  }

  static var userData: String {
    if let folder = environment("JUPYTER_DATA_DIR") { return folder }
    let data = environment("XDG_DATA_HOME") ?? "\(NSHomeDirectory())/.local/share"
    return "\(data)/jupyter"
  }

  static func kernels(underPrefix prefix: String) -> URL {
    URL(fileURLWithPath: prefix).appendingPathComponent("share/jupyter/kernels")
  }

  /// The prefix of the active Python environment.
  static func pythonPrefix() throws -> String {
    if let prefix = environment("VIRTUAL_ENV") ?? environment("CONDA_PREFIX") { return prefix }
    let query = ["python3", "-c", "import sys; print(sys.prefix)"]
    guard let output = try? Program.output(of: query), !output.isEmpty else {
      throw CommandFailure(
        "--sys-prefix needs an active Python environment or a python3 on PATH; "
          + "activate one, or use --prefix FOLDER")
    }
    return output
  }

  private static var prefersPython: Bool {
    environment("VIRTUAL_ENV") != nil || environment("CONDA_PREFIX") != nil
      || environment("JUPYTER_PREFER_ENV_PATH") != nil
  }

  private static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
