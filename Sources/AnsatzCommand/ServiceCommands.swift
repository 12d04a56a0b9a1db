import ArgumentParser
import CellEngine

/// The process that compiles cells; started by a session, not by people.
struct CompileCellsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile-cells", abstract: "Serve a session as its compiler.",
    shouldDisplay: false)

  @Option(help: "The socket to serve.") var descriptor: Int32

  func run() { CompilerService.run(descriptor: descriptor) }
}

/// The process that runs cells; started by a session, not by people.
struct RunCellsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-cells", abstract: "Serve a session as the place where cells run.",
    shouldDisplay: false)

  @Option(help: "The socket to serve.") var descriptor: Int32

  func run() { RunnerService.run(descriptor: descriptor) }
}
