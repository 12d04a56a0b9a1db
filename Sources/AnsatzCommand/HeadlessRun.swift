import CellEngine

/// Runs cells one after another and prints what they show.
struct HeadlessRun {
  var session: CellSession
  var console: Console

  /// Whether all cells that had to succeed did; the first that did not ends the run.
  func run(_ cells: [CellDocument.Cell]) -> Bool {
    session.foresee(zip(1..., cells).map { (name: "Cell[\($0)]", source: $1.source) })
    for (number, cell) in zip(1..., cells) where !cell.isSkipped {
      let request = CellRequest(
        source: cell.source, number: number, cellID: cell.id, allowsInput: true)
      let report = session.run(request, tag: CellTag(rawValue: number))
      console.flushUpdates()
      for case .page(let bundle) in report.requests { console.show(bundle) }
      switch report.outcome {
      case .completed(let result):
        if let result { console.show(result) }
      case .failed(let failure):
        console.show(failure)
        if !cell.mayFail { return false }
      }
    }
    return true
  }
}
