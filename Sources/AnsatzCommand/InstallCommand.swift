import ArgumentParser
import CellEngine
import Foundation

struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Make the kernel known to Jupyter.",
    discussion: """
      Writes PREFIX/share/jupyter/kernels/NAME, replacing what was installed there under that \
      name. Without an option the kernel is installed for this user.
      """)

  @OptionGroup var place: InstallationPlace

  @Option(help: "The name that notebooks and commands know the kernel by.")
  var name = "swift"

  @Option(help: "The name that people see.")
  var displayName = "Swift"

  @Flag(help: "Do not fill the caches; the first cell will be slow.")
  var noWarmUp = false

  func validate() throws { try Kernelspec.validate(name: name) }

  func run() throws {
    let toolchain = try Toolchain.onPath()
    try toolchain.verify()
    let folder = try place.kernelsFolder().appendingPathComponent(name)
    let kernelspec = Kernelspec(
      displayName: displayName, executable: Program.path, toolchain: toolchain)
    try kernelspec.write(to: folder)
    print("Installed \"\(displayName)\" in \(folder.path)")
    if !noWarmUp { try CellSession.warmUp() }
  }
}
