/// What cells declared, for people to look at.
extension SessionModule {
  struct Entry {
    var name: String
    var kind: String
    var cellName: String
    /// The declaration as its cell has it.
    var text: String
  }

  /// All that is in sight, by name.
  var entries: [Entry] {
    let declarations = live.values.joined().filter { self[$0].kind != .extension }.map { entry($0) }
    return (declarations + variables.values.map { entry($0) }).sorted {
      ($0.name, $0.text) < ($1.name, $1.text)
    }
  }

  /// Names that are in sight; operators are left out.
  var names: [String] {
    Array(variables.keys) + live.keys.filter { !isOperator($0) && !$0.hasPrefix("operator ") }
  }

  func entry(named name: String) -> Entry? {
    if let variable = variables[name] { return entry(variable) }
    return live[name]?.last { self[$0].kind != .extension }.map { entry($0) }
  }

  private func entry(_ place: Place) -> Entry {
    let declaration = self[place]
    let kind =
      switch declaration.kind {
      case .func: "function"
      case .var: "variable"
      default: declaration.kind.rawValue
      }
    return entry(declaration.name, kind, place.cell, declaration.place)
  }

  private func entry(_ live: LiveVariable) -> Entry {
    entry(live.variable.name, "variable", live.cell, live.variable.declaration)
  }

  private func entry(_ name: String, _ kind: String, _ cell: Int, _ range: Range<Int>) -> Entry {
    let bytes = Array(cells[cell].source.utf8)
    let text =
      range.upperBound <= bytes.count ? String(decoding: bytes[range], as: UTF8.self) : ""
    return Entry(name: name, kind: kind, cellName: cells[cell].cellName, text: text)
  }
}
