/// How a new cell's declarations stand to those of earlier cells.
struct CellPlan: Sendable {
  /// Declarations of the cell that are there already, word for word and in meaning.
  var kept: Set<Int> = []
  /// Parts of earlier cells that the cell declares anew.
  var hidden: [CellRecord.HiddenRange] = []
  /// Earlier functions beside which the cell declares one of the same parameters and another
  /// result: the newest is meant wherever its result fits.
  var disfavored: [CellRecord.HiddenRange] = []
  /// Types that the cell declares anew, with their counts.
  var versions: [String: Int] = [:]
  /// Names that mean something else from here on.
  var changed: Set<String> = []
  /// Earlier variables whose names the cell gives to something else.
  var lost: Set<String> = []
  /// Conformances that an earlier extension states, by the cell's declaration.
  var statedConformances: [Int: Set<String>] = [:]
  /// Members of classes that an extension declares anew, by the cell's declaration.
  var exchanged: [Int: Set<Range<Int>>] = [:]

  /// A plan for a cell that declares nothing.
  init() {}

  /// - Parameters:
  ///   - changing: Variables that the cell gives another type.
  ///   - superseded: Earlier declarations that the compiler found in the way of new ones.
  init(
    _ outline: CellOutline, in module: SessionModule, cellID: String?, changing: Set<String> = [],
    superseded: Set<SessionModule.Place> = []
  ) {
    findKept(outline, module, changing)
    let new = outline.declarations.enumerated().filter { !kept.contains($0.offset) }
    for (_, declaration) in new where declaration.kind != .extension {
      replace(declaration, module, cellID)
    }
    // An extension of a type that the cell declares anew does not meet those of the older one.
    for (index, declaration) in new
    where declaration.kind == .extension && versions[declaration.name] == nil {
      replaceMembers(index, declaration, module, cellID)
    }
    for variable in outline.variables {
      let others = module.live[variable.name] ?? []
      for place in others where module[place].kind != .operator { hide(place, module) }
      if !others.isEmpty { changed.insert(variable.name) }
    }
    changed.formUnion(changing)
    for place in superseded {
      hide(place, module)
      changed.insert(module[place].name)
    }
  }

  // MARK: Declarations that are there already

  private mutating func findKept(
    _ outline: CellOutline, _ module: SessionModule, _ changing: Set<String>
  ) {
    var twins: [Int: SessionModule.Place] = [:]
    for (index, declaration) in outline.declarations.enumerated() {
      let twin = (module.live[declaration.lookupName] ?? []).last {
        module[$0].kind == declaration.kind && module[$0].text == declaration.text
          && !module.isDisfavored($0)
      }
      // An operator twice in one cell is the reader's fault.
      if let twin { twins[index] = twin }
    }
    while true {
      var changing = changing
      for (index, declaration) in outline.declarations.enumerated() where twins[index] == nil {
        changing.formUnion(newMeanings(of: declaration, module))
      }
      for variable in outline.variables where module.variables[variable.name] == nil {
        changing.insert(variable.name)
      }
      let renewed = twins.filter { index, place in
        !module.isUnchanged(place, changing: changing)
      }
      if renewed.isEmpty { break }
      for index in renewed.keys { twins[index] = nil }
    }
    kept = Set(twins.keys)
  }

  /// Names that mean something else after a declaration.
  private func newMeanings(of declaration: Declaration, _ module: SessionModule) -> Set<String> {
    switch declaration.kind {
    case .func, .var:
      // With the same parameters, it takes the other's place for earlier callers, too.
      let isKnown = (module.live[declaration.name] ?? []).contains {
        module[$0].key == declaration.key && module[$0].result == declaration.result
      }
      return isKnown ? [] : [declaration.name]
    case .extension:
      return Set(
        declaration.members.filter { member in
          !module.hasMember(member, of: declaration)
        }.map { ".\($0.name)" })
    case .operator, .macro: return [declaration.name]
    default: return [declaration.name, "type \(declaration.name)"]
    }
  }

  // MARK: Declarations in place of others

  private mutating func hide(_ place: SessionModule.Place, _ module: SessionModule) {
    hidden.append(.init(cell: place.cell, range: module[place].range))
  }

  private mutating func replace(
    _ declaration: Declaration, _ module: SessionModule, _ cellID: String?
  ) {
    let name = declaration.name
    changed.formUnion(newMeanings(of: declaration, module))
    if ![.operator, .macro].contains(declaration.kind), module.variables[name] != nil {
      lost.insert(name)
    }
    for place in module.live[declaration.lookupName] ?? [] {
      let old = module[place]
      if declaration.isType, old.isType {
        versions[name] = (module.versions[name] ?? 0) + 1
      } else if declaration.kind == .func, old.kind == .func {
        let isSame = old.key == declaration.key
        if isSame && old.result == declaration.result || isOfEditedCell(place, module, cellID) {
          hide(place, module)
        } else if isSame {
          disfavored.append(.init(cell: place.cell, range: old.range))
        }
      } else if old.kind != .operator || old.key == declaration.key {
        hide(place, module)
      }
    }
  }

  /// The same cell, edited, takes back what its older text declared.
  private func isOfEditedCell(
    _ place: SessionModule.Place, _ module: SessionModule, _ cellID: String?
  ) -> Bool {
    cellID != nil && module.cells[place.cell].cellID == cellID
  }

  private mutating func replaceMembers(
    _ index: Int, _ declaration: Declaration, _ module: SessionModule, _ cellID: String?
  ) {
    changed.formUnion(newMeanings(of: declaration, module))
    for place in module.places(extending: declaration) {
      let old = module[place]
      for member in declaration.members {
        for twin in old.members where twin.name == member.name && twin.key == member.key {
          if twin.result != member.result, !isOfEditedCell(place, module, cellID) {
            disfavored.append(.init(cell: place.cell, range: twin.range))
          } else if old.hasOpenMembers {
            hidden.append(.init(cell: place.cell, range: twin.range))
          } else {
            exchanged[index, default: []].insert(member.range)
          }
        }
      }
      if old.kind == .extension {
        statedConformances[index, default: []].formUnion(
          Set(old.conformances).intersection(declaration.conformances))
      }
    }
  }
}

extension SessionModule {
  /// Extensions of the type that an extension extends, and the type itself, in sight.
  func places(extending declaration: Declaration) -> [Place] {
    guard declaration.kind == .extension else { return [] }
    return places(of: declaration.name).filter { place in
      let old = self[place]
      return old.kind == .extension ? old.key == declaration.key : declaration.key.isEmpty
    }
  }

  func hasMember(_ member: Declaration.Member, of declaration: Declaration) -> Bool {
    places(extending: declaration).contains { place in
      self[place].members.contains {
        $0.name == member.name && $0.key == member.key && $0.result == member.result
      }
    }
  }
}
