import Display

/// Whether a model is a network alone or repeats steps that see the problem (section 2.1 of
/// arXiv:2202.00665).
public enum ModelKind: String, Sendable, Hashable, CaseIterable {
  /// A network alone, or iterations.
  case full, semi
  /// Either.
  case fullOrSemi = "full or semi"
}

/// One method of amortized optimization and where it stands in the classification.
public struct AmortizationMethod: Sendable, Hashable {
  /// The field it belongs to.
  public var application: String
  /// What it is called.
  public var method: String
  /// f.
  public var objective: String
  /// Where y is.
  public var domain: String
  /// What x is.
  public var context: String
  /// Whether the model answers at once or iterates.
  public var model: ModelKind
  /// What it is trained on.
  public var loss: String
  /// Where it was published: an arXiv number or a DOI.
  public var source: String
  /// What the usual classification says otherwise, and why.
  public var remark: String
  /// The notebook that shows it.
  public var page: String?
  /// The cell of that notebook where it runs, by its id.
  public var cell: String?

  /// A row of the table.
  public init(
    _ application: String, _ method: String, objective: String, domain: String, context: String,
    model: ModelKind, loss: String, source: String = "", remark: String = "", page: String? = nil,
    cell: String? = nil
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
    self.cell = cell
  }

  /// Where the method runs, in the form of JupyterLab's links into notebooks.
  public var link: String? {
    page.map { page in page + (cell.map { "#cell-id=\($0)" } ?? "") }
  }
}

/// Methods as a table that shows itself, with links to the pages that show them.
///
/// ```swift
/// MethodTable.tutorial.linking(["VAE": "20-variational-autoencoders.ipynb"])
/// ```
public struct MethodTable: Sendable, Hashable {
  /// The rows, in order.
  public var methods: [AmortizationMethod]

  /// A table of these methods.
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
      copy.methods[row].cell = nil
    }
    return copy
  }

  /// The rows of one table and then those of another.
  public static func + (first: MethodTable, second: MethodTable) -> MethodTable {
    MethodTable(first.methods + second.methods)
  }

  /// The rows for which a condition holds.
  public func filter(_ isWanted: (AmortizationMethod) -> Bool) -> MethodTable {
    MethodTable(methods.filter(isWanted))
  }
}

extension MethodTable: CustomStringConvertible, Displayable {
  private var table: Table {
    let titles = [
      "application", "method", "objective f", "domain y", "context x", "model", "loss",
    ]
    var table = Table(titles.map { .left($0) })
    for method in methods {
      let name = Table.Cell(
        method.method + (method.remark.isEmpty ? "" : "*"), link: method.link,
        hint: method.remark.isEmpty ? nil : method.remark)
      table.add(
        [.init(method.application), name]
          + [method.objective, method.domain, method.context, method.model.rawValue, method.loss]
          .map { Table.Cell($0) })
      if !method.remark.isEmpty { table.footnotes.append("* \(method.method): \(method.remark)") }
    }
    return table
  }

  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}
