import Ansatz
import Foundation
import Testing

@Suite struct MethodTableTests {
  @Test func theTableNamesItsMethodsAndLinksPages() {
    let table = MethodTable.tutorial
    #expect(table["DCEM"]?.loss == "objective" && table["DCEM"]?.model == .semi)
    #expect(table["LISTA"]?.loss == "regression")
    #expect(Set(table.methods.map(\.method)).count == table.methods.count)
    let linked = table.linking(["VAE": "vae.ipynb"])
    guard case .text(let html) = linked.mimeBundle["text/html"] else {
      Issue.record("no HTML")
      return
    }
    #expect(html.contains("<a href=\"vae.ipynb\">VAE</a>"))
    #expect(html.split(separator: "\n").count { $0.hasPrefix("<tr>") } == table.methods.count)
    #expect(table.description.contains("Neural Potts: its model reads the query sequence alone"))
    #expect(table.filter { $0.model == .semi }.methods.allSatisfy { $0.model == .semi })
  }

  @Test func everyRowLeadsToTheCellWhereItRuns() throws {
    let notebooks = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../notebooks").standardizedFileURL
    for method in MethodTable.tutorial.methods {
      guard let page = method.page, let cell = method.cell else {
        Issue.record("\(method.method) leads to no cell")
        continue
      }
      let notebook = try String(contentsOf: notebooks.appendingPathComponent(page), encoding: .utf8)
      #expect(notebook.contains("\"id\": \"\(cell)\""), "\(method.method): \(page), \(cell)")
      #expect(method.link == "\(page)#cell-id=\(cell)")
    }
  }

  @Test func rowsOfAFamilyArePartOfTheSum() {
    let all = MethodTable.tutorial.methods
    #expect(MethodTable.transport.methods.allSatisfy { all.contains($0) && $0.page != nil })
    #expect(
      MethodTable.transport.methods.map(\.method) == ["Meta OT", "CondOT", "AmorConj", "A-SW"])
    // The order of the tutorial's table.
    let applications = all.map(\.application).reduce(into: [String]()) {
      if $0.last != $1 { $0.append($1) }
    }
    #expect(
      applications == [
        "variational inference", "sparse coding", "meta-learning", "fixed points",
        "optimal transport", "control",
      ])
  }
}
