/// What the cells so far have declared, as far as the next one is compiled with it.
///
/// All cells are files of one module. The next cell sees the declarations of all earlier ones in
/// one text, from which is left out what was declared anew, and a stand-in for each variable.
struct SessionModule: Sendable {
  /// An earlier declaration.
  struct Place: Sendable, Hashable {
    var cell: Int
    var declaration: Int
  }

  struct LiveVariable: Sendable {
    var cell: Int
    var variable: Variable
  }

  private(set) var cells: [CellRecord] = []
  /// Ranges of each cell's text that are out of sight.
  private(set) var hidden: [Set<Range<Int>>] = []
  /// Ranges of each cell's text that are functions to which there is a newer one of another result.
  private(set) var disfavored: [Set<Range<Int>>] = []
  /// Declarations in sight, by name.
  private(set) var live: [String: [Place]] = [:]
  private(set) var variables: [String: LiveVariable] = [:]
  /// Since which cell each name means what it means.
  private(set) var meanings: [String: Int] = [:]
  /// How often types were declared anew.
  private(set) var versions: [String: Int] = [:]
  /// Import declarations of all cells, in order, each once.
  private(set) var imports: [String] = []
  /// Names that were declared but never got a value, with the reason.
  private(set) var unset: [String: String] = [:]
  /// Symbols that cells defined.
  private(set) var symbols: Set<String> = []
  /// The newest name of each symbol that was defined more than once.
  private(set) var newestSymbols: [String: String] = [:]

  subscript(place: Place) -> Declaration { cells[place.cell].declarations[place.declaration] }

  func declarations(named name: String) -> [Declaration] {
    (live[name] ?? []).map { self[$0] }
  }

  // MARK: Adding cells

  /// Adds what a cell declared.
  ///
  /// - Parameter completedSteps: How many of the cell's variable declarations were carried out;
  ///   `nil` for a cell that ran to its end.
  mutating func commit(_ record: CellRecord, completedSteps: Int? = nil) {
    let index = cells.count
    cells.append(record)
    hidden.append([])
    disfavored.append([])
    for part in record.hidden where hidden.indices.contains(part.cell) {
      hidden[part.cell].insert(part.range)
    }
    for part in record.disfavored where disfavored.indices.contains(part.cell) {
      disfavored[part.cell].insert(part.range)
    }
    live = live.mapValues { $0.filter { !isHidden($0) } }.filter { !$0.value.isEmpty }
    for name in record.changed { meanings[name] = index }
    versions.merge(record.versions) { _, new in new }
    symbols.formUnion(record.symbols)
    newestSymbols.merge(record.renamed) { _, new in new }
    for text in record.imports where !imports.contains(text) { imports.append(text) }
    let missing = missingNames(in: record, completedSteps: completedSteps)
    for (number, declaration) in record.declarations.enumerated() {
      if missing.contains(declaration.name), declaration.kind != .extension {
        note(missing: declaration.name, record)
        hidden[index].insert(declaration.range)
        continue
      }
      unset[declaration.name] = nil
      if declaration.kind == .extension, declaration.mentions.isDisjoint(with: missing) == false {
        hidden[index].insert(declaration.range)
        continue
      }
      let place = Place(cell: index, declaration: number)
      let others = (live[declaration.lookupName] ?? []).filter {
        !declaration.isType || !self[$0].isType
      }
      live[declaration.lookupName] = others + [place]
      if [.var, .func].contains(declaration.kind) || declaration.isType {
        variables[declaration.name] = nil
      }
    }
    for variable in record.variables {
      if missing.contains(variable.name) {
        if !variable.isAssigned { note(missing: variable.name, record) }
        continue
      }
      unset[variable.name] = nil
      variables[variable.name] = LiveVariable(cell: index, variable: variable)
    }
  }

  private mutating func note(missing name: String, _ record: CellRecord) {
    unset[name] =
      "'\(name)' was declared in \(record.cellName), which ended before it had a value"
  }

  private func isHidden(_ place: Place) -> Bool {
    hidden[place.cell].contains(self[place].range)
  }

  /// Names whose statement never ran, and the declarations that use them.
  private func missingNames(in record: CellRecord, completedSteps: Int?) -> Set<String> {
    guard let completedSteps else { return [] }
    var missing = Set(record.variables.filter { $0.step > completedSteps }.map(\.name))
    // What a name meant before goes on being in use.
    var unusable = missing.filter { name in
      variables[name] == nil || !record.variables.contains { $0.name == name && $0.isAssigned }
    }
    while true {
      let dependents = record.declarations.filter {
        $0.kind != .extension && !missing.contains($0.name)
          && !$0.mentions.isDisjoint(with: unusable)
      }
      if dependents.isEmpty || unusable.isEmpty { return missing }
      missing.formUnion(dependents.map(\.name))
      unusable.formUnion(dependents.map(\.name))
    }
  }

  // MARK: Questions

  /// Whether a newer function of another result stands before an earlier one, or one of its members.
  func isDisfavored(_ place: Place) -> Bool {
    disfavored[place.cell].contains { self[place].range.contains($0.lowerBound) }
  }

  /// Whether everything that a declaration mentions still means what it meant then.
  func isUnchanged(_ place: Place, changing: Set<String>) -> Bool {
    let declaration = self[place]
    return declaration.mentions.allSatisfy { name in
      // A name without a dot may be that of a member, too.
      let names = name.hasPrefix(".") ? [name] : [name, ".\(name)"]
      return names.allSatisfy { (meanings[$0] ?? -1) <= place.cell && !changing.contains($0) }
    }
  }

  /// The declarations that go on using the value that `name` had before it got another type.
  func holders(of name: String) -> [(name: String, cellName: String)] {
    cells.indices.flatMap { index -> [(name: String, cellName: String)] in
      let record = cells[index]
      var found = record.declarations
        .filter { $0.mentions.contains(name) && !hidden[index].contains($0.range) }
        .map { (name: "'\($0.name)'", cellName: record.cellName) }
      if record.captured.contains(name) { found.append((name: "a closure", record.cellName)) }
      return found
    }
  }

  /// The declarations that notes of diagnostics point to.
  func places(named diagnostics: [CellDiagnostic]) -> Set<Place> {
    var found: Set<Place> = []
    for note in diagnostics.flatMap(\.notes) {
      guard let place = note.elsewhere,
        let cell = cells.lastIndex(where: { $0.cellName == place.cell }),
        let start = LineTable(cells[cell].source).start(ofLine: place.line)
      else { continue }
      let offset = start + place.column - 1
      // Of a type and its members, the innermost that can be left out.
      for (number, declaration) in cells[cell].declarations.enumerated()
      where declaration.place.contains(offset) && [.func, .var].contains(declaration.kind) {
        found.insert(Place(cell: cell, declaration: number))
      }
    }
    return found
  }

  /// Cells in which a type of this name still is the one from before it was declared anew, and the
  /// cell that did so.
  func cellsBefore(type name: String) -> (stale: [String], newest: String)? {
    guard versions[name] != nil, let newest = meanings["type \(name)"] else { return nil }
    var stale: [String] = []
    for (index, record) in cells.enumerated().prefix(newest) {
      let isUsed = live.values.joined().contains { place in
        place.cell == index && self[place].name != name && self[place].mentions.contains(name)
          || place.cell == index && self[place].kind == .extension && self[place].name == name
      }
      let isHeld = variables.values.contains {
        $0.cell == index && $0.variable.mentions.contains(name)
      }
      if isUsed || isHeld, !stale.contains(record.cellName) { stale.append(record.cellName) }
    }
    return (stale, cells[newest].cellName)
  }

  /// The type of a name and its extensions, in sight.
  func places(of name: String) -> [Place] {
    (live[name] ?? []).filter { place in
      (self[place].isType || self[place].kind == .extension)
        && (meanings["type \(name)"] ?? -1) <= place.cell
    }
  }

  /// The text of the newest type of a name.
  func type(named name: String) -> String? {
    guard let place = live[name]?.last(where: { self[$0].isType }) else { return nil }
    let bytes = Array(cells[place.cell].source.utf8)
    let range = self[place].place
    return range.upperBound <= bytes.count ? String(decoding: bytes[range], as: UTF8.self) : nil
  }

  /// A name as the compiler knows the newest type of that name.
  func currentName(_ name: String) -> String { TypeVersion.name(name, versions[name] ?? 0) }
}
