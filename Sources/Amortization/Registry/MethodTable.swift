import Display

/// Whether a model is a network alone or repeats steps that see the problem (section 2.1 of
/// arXiv:2202.00665).
public enum ModelKind: String, Sendable, Hashable, CaseIterable {
  case full, semi
  case fullOrSemi = "full or semi"
}

/// One method of amortized optimization and where it stands in the classification.
public struct AmortizationMethod: Sendable, Hashable {
  public var application: String
  public var method: String
  public var objective: String
  /// Where y is.
  public var domain: String
  /// What x is.
  public var context: String
  public var model: ModelKind
  public var loss: String
  /// Where it was published: an arXiv number or a DOI.
  public var source: String
  /// What the usual classification says otherwise, and why.
  public var remark: String
  /// The notebook that shows it.
  public var page: String?

  public init(
    _ application: String, _ method: String, objective: String, domain: String, context: String,
    model: ModelKind, loss: String, source: String = "", remark: String = "", page: String? = nil
  ) {
    self.application = application
    self.method = method
    self.objective = objective
    self.domain = domain
    self.context = context
    self.model = model
    self.loss = loss
    self.source = source
    self.remark = remark
    self.page = page
  }
}

/// Methods as a table that shows itself, with links to the pages that show them.
///
/// ```swift
/// MethodTable.tutorial.linking(["VAE": "12-variational-inference.ipynb"])
/// ```
public struct MethodTable: Sendable, Hashable {
  public var methods: [AmortizationMethod]

  public init(_ methods: [AmortizationMethod]) { self.methods = methods }

  /// The row of a method.
  public subscript(name: String) -> AmortizationMethod? {
    methods.first { $0.method == name }
  }

  /// The same table with pages for some methods, by name.
  ///
  /// Stops the cell when a name is in no row.
  public func linking(_ pages: [String: String]) -> MethodTable {
    var copy = self
    for (name, page) in pages.sorted(by: { $0.key < $1.key }) {
      guard let row = copy.methods.firstIndex(where: { $0.method == name }) else {
        fatalError(
          "MethodTable: no method \(name); there are "
            + methods.map(\.method).joined(separator: ", "))
      }
      copy.methods[row].page = page
    }
    return copy
  }

  /// The rows for which a condition holds.
  public func filter(_ isWanted: (AmortizationMethod) -> Bool) -> MethodTable {
    MethodTable(methods.filter(isWanted))
  }
}

extension MethodTable: CustomStringConvertible, Displayable {
  private static let headings = [
    "application", "method", "objective f", "domain y", "context x", "model", "loss",
  ]

  private static func cells(_ m: AmortizationMethod) -> [String] {
    [m.application, m.method, m.objective, m.domain, m.context, m.model.rawValue, m.loss]
  }

  public var description: String {
    let rows = [MethodTable.headings] + methods.map(MethodTable.cells)
    let widths = MethodTable.headings.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    var lines = rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ").trimmedRight
    }
    let notes = methods.filter { !$0.remark.isEmpty }
    if !notes.isEmpty { lines.append("") }
    lines += notes.map { "\($0.method): \($0.remark)" }
    return lines.joined(separator: "\n")
  }

  public var mimeBundle: MimeBundle {
    var html = "<table class=\"tex2jax_ignore mathjax_ignore\">\n<thead><tr>"
    for heading in MethodTable.headings {
      html += "<th style=\"text-align: left\">\(heading)</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for method in methods {
      html += "<tr>"
      for (column, cell) in MethodTable.cells(method).enumerated() {
        var text = cell.escaped
        if column == 1, let page = method.page { text = "<a href=\"\(page.escaped)\">\(text)</a>" }
        if column == 1, !method.remark.isEmpty {
          text += "<sup title=\"\(method.remark.escaped)\">*</sup>"
        }
        html += "<td style=\"text-align: left\">\(text)</td>"
      }
      html += "</tr>\n"
    }
    html += "</tbody>\n</table>"
    for method in methods where !method.remark.isEmpty {
      html += "\n<div>* \(method.method.escaped): \(method.remark.escaped)</div>"
    }
    return MimeBundle(text: description, html: html)
  }
}

extension String {
  fileprivate var trimmedRight: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }

  fileprivate var escaped: String {
    reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
