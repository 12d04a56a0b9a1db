import ArgumentParser
import KernelServer

/// `ansatz kernel`: what Jupyter starts.
struct KernelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Serve a notebook. Jupyter starts this.")

  @Option(name: .shortAndLong, help: "Jupyter's connection file.")
  var file: String

  func run() throws {
    try KernelServer(connectionFile: file).run()
  }
}
