import ArgumentParser
import CellEngine
import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Type-check all cells without running them.",
    discussion: "The exit status is 0 when all cells compile and 1 when one does not.")

  @Argument(help: "NOTEBOOK.ipynb, FILE.swift, or - for a Swift file on standard input.")
  var file: String

  func run() throws {
    let document = try CellDocument(path: file)
    let cells = document.cells.filter { !$0.isSkipped }
    let console = Console()
    let session = try CellSession(
      configuration: .init(workingDirectory: document.folder), observer: console)
    defer { session.shutDown() }
    session.foresee(zip(1..., cells).map { (name: "Cell[\($0)]", source: $1.source) })
    var broken = 0
    for (number, cell) in zip(1..., cells) {
      let request = CellRequest(source: cell.source, number: number, cellID: cell.id)
      guard let failure = session.check(request) else { continue }
      console.show(failure)
      if !cell.mayFail { broken += 1 }
    }
    guard broken == 0 else {
      console.print(error: "\(broken) of \(cells.count) cells do not compile\n")
      throw ExitCode(1)
    }
    console.print("\(cells.count) cells checked\n")
  }
}
