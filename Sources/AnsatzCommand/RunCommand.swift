import ArgumentParser
import CellEngine
import Foundation

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a Swift file or a notebook as cells, without a notebook program.",
    discussion: """
      A Swift file is one cell, or several that begin with a line '// %%'. Of a notebook all code \
      cells run, in its own folder; a cell tagged 'skip-execution' does not, and one tagged \
      'raises-exception' may fail. The values of last expressions are printed. What stands behind \
      the file is found in 'CommandLine.arguments'.

      The exit status is 0 when all cells ran, 1 when one failed, 130 after Ctrl-C.
      """)

  @Argument(help: "FILE.swift, NOTEBOOK.ipynb, or - for a Swift file on standard input.")
  var file: String

  @Argument(
    parsing: .captureForPassthrough, help: "Arguments for the cells, in CommandLine.arguments.")
  var arguments: [String] = []

  func run() throws {
    let document = try CellDocument(path: file)
    let console = Console()
    let session = try CellSession(
      configuration: .init(
        workingDirectory: document.folder, arguments: [file] + arguments), observer: console)
    let interrupts = Interrupts { session.interrupt() }
    Program.runBesideMainQueue {
      let passed = HeadlessRun(session: session, console: console).run(document.cells)
      session.shutDown()
      return passed ? 0 : interrupts.happened ? 130 : 1
    }
  }
}
