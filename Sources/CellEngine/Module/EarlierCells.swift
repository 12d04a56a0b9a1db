/// The text with which a cell is compiled: everything that earlier cells declared and that is still
/// in sight, and a stand-in for each variable.
struct EarlierCells {
  let module: SessionModule
  let plan: CellPlan
  /// Variables that the cell declares itself, with storage of their own.
  let redeclared: Set<String>
  /// Variables that the cell gives new values.
  let assigned: Set<String>
  /// Variables whose older values the cell can name.
  let older: Set<String>
  /// What the cell declares its variables as.
  let specifiers: [String: Bool]

  /// - Parameters:
  ///   - variables: Those of the new cell.
  ///   - older: Those of them whose older values it names.
  init(
    module: SessionModule, plan: CellPlan, variables: [Variable], assigned: Set<String> = [],
    older: Set<String> = []
  ) {
    self.module = module
    self.plan = plan
    self.assigned = assigned
    self.older = older
    redeclared = Set(variables.map(\.name)).subtracting(assigned)
    specifiers = Dictionary(variables.map { ($0.name, $0.isConstant) }) { $1 }
  }

  /// - Parameter isWhole: Whether cells with macros are part of the text, too, as they may be where
  ///   no code is made.
  func text(imports: [String], isWhole: Bool = false) -> String {
    var parts = [imports.joined(separator: ";")]
    for (name, live) in module.variables.sorted(by: { $0.key < $1.key }) {
      if plan.lost.contains(name) { continue }
      if older.contains(name) {
        parts.append(standin(for: live, as: Standin.older(name), isConstant: false))
      }
      if assigned.contains(name) {
        parts.append(standin(for: live, as: Standin.storage(name), isConstant: false))
      }
      if !redeclared.contains(name) {
        parts.append(
          located(
            live,
            isConstant: specifiers[name] ?? (live.variable.isConstant && !live.variable.isSetLater))
        )
      }
    }
    for index in module.cells.indices where isWhole || !module.cells[index].hasMacros {
      if let library = library(of: index) { parts.append(library) }
    }
    return parts.joined(separator: "\n") + "\n"
  }

  /// Texts of their own, by the names of their files: private members that macros write are told
  /// apart by the file that they are in.
  func textsWithMacros(imports: [String]) -> [(module: String, text: String)] {
    module.cells.indices.filter { module.cells[$0].hasMacros }.compactMap { index in
      library(of: index).map { library in
        (module.cells[index].module, imports.joined(separator: ";") + "\n" + library + "\n")
      }
    }
  }

  // MARK: Variables

  private func standin(for live: SessionModule.LiveVariable, as name: String, isConstant: Bool)
    -> String
  {
    let variable = live.variable
    let words = [variable.modifiers, isConstant ? "let" : "var"].filter { !$0.isEmpty }
    let head = words.joined(separator: " ") + " \(name)"
    guard var type = variable.type else { return "" }
    if variable.isUnwrapped, type.hasPrefix("Swift.Optional<") {
      type = String(type.dropFirst("Swift.Optional<".count).dropLast())
    }
    if type == Variable.sameAsInitializer {
      return "\(head) = \(variable.initializer ?? "_cellAbsent()")"
    }
    let observers = variable.hasObservers && !isConstant ? " { didSet {} }" : ""
    let declared = variable.isUnwrapped ? "(\(type))!" : type
    return "\(head): \(declared) = _cellAbsent()\(observers)"
  }

  /// A stand-in in the place where messages look for the variable's declaration.
  private func located(_ live: SessionModule.LiveVariable, isConstant: Bool) -> String {
    let record = module.cells[live.cell]
    let text = standin(for: live, as: quoted(live.variable.name), isConstant: isConstant)
    guard !text.isEmpty else { return "" }
    let (line, column) = LineTable(record.source).position(of: live.variable.place.lowerBound)
    let indentation = String(repeating: " ", count: max(0, column - 5))
    return "#sourceLocation(file: \"\(record.cellName)\", line: \(line))\n\(indentation)\(text)"
  }

  // MARK: Declarations

  /// What is in sight of a cell's text; `nil` when nothing is.
  private func library(of index: Int) -> String? {
    let record = module.cells[index]
    guard !record.library.isEmpty else { return nil }
    let hidden = module.hidden[index].union(
      plan.hidden.filter { $0.cell == index }.map(\.range))
    let disfavored = module.disfavored[index].union(
      plan.disfavored.filter { $0.cell == index }.map(\.range))
    var text = record.library
    if !hidden.isEmpty || !disfavored.isEmpty {
      if record.declarations.allSatisfy({ hidden.contains($0.range) }) { return nil }
      var bytes = Array(text.utf8)
      for range in hidden where range.upperBound <= bytes.count {
        for place in range where bytes[place] != UInt8(ascii: "\n") {
          bytes[place] = UInt8(ascii: " ")
        }
      }
      for range in disfavored.subtracting(hidden).sorted(by: { $0.lowerBound > $1.lowerBound })
      where range.upperBound <= bytes.count {
        bytes.insert(contentsOf: "@_disfavoredOverload ".utf8, at: range.lowerBound)
      }
      text = String(decoding: bytes, as: UTF8.self)
    }
    return "#sourceLocation(file: \"\(record.cellName)\", line: 1)\n\(text)"
  }
}

extension Variable {
  /// Stands for a type that can only be written by the expression that has it.
  static let sameAsInitializer = "_"
}
