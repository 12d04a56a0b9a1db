import ArgumentParser
import KernelServer

/// `ansatz kernel`: what Jupyter starts.
struct KernelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Serve a notebook. Jupyter starts this.")

  @Option(name: .shortAndLong, help: "Jupyter's connection file.")
  var file: String

  // Jupyter's own programs hand their arguments on to the kernel that they start.
  @Argument(parsing: .allUnrecognized, help: .hidden)
  var others: [String] = []

  func run() throws {
    try KernelServer(connectionFile: file).run()
  }
}
