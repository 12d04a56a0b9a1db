import ArgumentParser
import CellEngine
import Display
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
    // Started by mpirun, every rank runs the page, and the first one speaks for all.
    let rank = Program.variable("OMPI_COMM_WORLD_RANK")
    if rank != nil { setenv("ANSATZ_FINGERPRINT", fingerprint(of: document), 1) }
    let console = Console(isMuted: rank != nil && rank != "0")
    let session = try CellSession(
      configuration: .init(
        workingDirectory: document.folder, arguments: [file] + arguments), observer: console)
    let interrupts = Interrupts { session.interrupt() }
    Program.runBesideMainQueue {
      let passed = HeadlessRun(session: session, console: console).run(document.cells)
      if passed, rank != nil { leaveRanks(session) }
      session.shutDown()
      return passed ? 0 : interrupts.happened ? 130 : 1
    }
  }

  /// Of the page and of this program: ranks that differ in it must not train together.
  private func fingerprint(of document: CellDocument) -> String {
    let text = document.cells.map(\.source).joined(separator: "\0")
    let size = (try? FileManager.default.attributesOfItem(atPath: Program.path))?[.size] as? Int
    return "\(ansatzVersion) \(size ?? 0) \(String(text.utf8.fingerprint, radix: 16))"
  }

  /// The process that ran the cells is ended without further ado, which MPI would take for a death.
  private func leaveRanks(_ session: CellSession) {
    let request = CellRequest(source: "Ranks.leave()", number: 0, cellID: nil)
    _ = session.run(request, tag: CellTag(rawValue: 0))
  }
}
