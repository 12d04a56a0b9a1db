import ArgumentParser
import Foundation

struct UninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Remove the kernel from Jupyter.",
    discussion: "Takes the options that the kernel was installed with.")

  @OptionGroup var place: InstallationPlace

  @Option(help: "The name that the kernel was installed under.")
  var name = "swift"

  func validate() throws { try Kernelspec.validate(name: name) }

  func run() throws {
    let folder = try place.kernelsFolder().appendingPathComponent(name)
    guard let installed = InstalledKernelspec(folder: folder) else {
      throw CommandFailure(
        "no kernel named '\(name)' in \(folder.deletingLastPathComponent().path); "
          + "'ansatz doctor' lists the installed ones")
    }
    guard installed.isOurs else {
      throw CommandFailure(
        "\(folder.path) was not written by 'ansatz install'; "
          + "to remove it all the same: jupyter kernelspec remove \(name)")
    }
    try FileManager.default.removeItem(at: folder)
    print("Removed \(folder.path)")
  }
}
