import ArgumentParser
import CellEngine
import Foundation

struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Make the kernel known to Jupyter.",
    discussion: """
      Writes PREFIX/share/jupyter/kernels/NAME, replacing what 'ansatz install' wrote there under \
      that name; a kernel of somebody else is replaced only with --replace. Without an option the \
      kernel is installed for this user.
      """)

  @OptionGroup var place: InstallationPlace

  @Option(help: "The name that notebooks and commands know the kernel by.")
  var name = "swift"

  @Option(help: "The name that people see.")
  var displayName = "Swift"

  @Flag(help: "Replace a kernel of this name that is not one of Ansatz.")
  var replace = false

  @Flag(help: "Do not fill the caches; the first cell will be slow.")
  var noWarmUp = false

  func validate() throws { try Kernelspec.validate(name: name) }

  func run() throws {
    let toolchain = try Toolchain.current()
    try toolchain.verify()
    let folder = try place.kernelsFolder().appendingPathComponent(name)
    if !replace, let present = InstalledKernelspec(folder: folder), !present.isOurs {
      let program = present.executable.map { ", which starts \($0)" } ?? ""
      throw CommandFailure(
        "\(folder.path) is another kernel's\(program); choose another name with --name, or replace "
          + "that kernel with --replace")
    }
    let kernelspec = Kernelspec(
      displayName: displayName, executable: Program.path, toolchain: toolchain)
    try kernelspec.write(to: folder)
    print("Installed \"\(displayName)\" in \(folder.path)")
    do { try KeptLibraries.update(from: toolchain) } catch {
      print(
        "note: no copies of the toolchain's libraries could be kept"
          + " (\(CommandFailure.reason(error))); without the toolchain 'ansatz doctor' cannot start"
      )
    }
    if !noWarmUp { try CellSession.warmUp() }
  }
}
