/// What cells declare that have been seen but have not run, or whose names are lost.
extension CellSession {
  /// Tells the session of cells that are to come, or that there are, so that an error about a name
  /// can say which of them declares it.
  ///
  /// - Parameter cells: What messages call each, and its text.
  public func foresee(_ cells: [(name: String, source: String)]) {
    state.withLock { state in
      for cell in cells {
        state.seen.removeAll { $0.name == cell.name || $0.source == cell.source }
        state.seen.append(cell)
      }
    }
  }

  /// An error about an unknown name, with the cell that declares it.
  ///
  /// - Parameters:
  ///   - cellName: What messages call the cell with the error.
  ///   - source: Its text.
  func withPlaceOfDeclaration(_ diagnostic: CellDiagnostic, cellName: String, source: String)
    -> CellDiagnostic
  {
    guard diagnostic.severity == .error, diagnostic.identifier.hasPrefix("cannot_find"),
      let quote = diagnostic.message.firstMatch(of: /'([^']+)'/)
    else { return diagnostic }
    let name = String(quote.1)
    let seen = state.withLock { $0.seen }.filter { $0.name != cellName && $0.source.contains(name) }
    for cell in seen.reversed() {
      let outline = DeclarationCollector.outline(of: ParsedCell(cell.source))
      guard outline.declaredNames.contains(name) else { continue }
      // Neither of two cells that need each other can be the first.
      let own = DeclarationCollector.outline(of: ParsedCell(source)).declaredNames
      let needed = outline.neededNames.intersection(own).subtracting(outline.declaredNames).min()
      let advice =
        needed.map { ", which needs '\($0)' of this one: join the two cells" }
        ?? ": run that cell first"
      var diagnostic = diagnostic
      // A name that is spelled right is not meant otherwise.
      diagnostic.notes.removeAll { $0.message.hasPrefix("did you mean") }
      diagnostic.notes.append(
        CellDiagnostic(
          severity: .note, message: "'\(name)' is declared in \(cell.name)\(advice)",
          identifier: "declared_later"))
      return diagnostic
    }
    return diagnostic
  }
}

extension CellOutline {
  /// Names that the cell gives a meaning.
  fileprivate var declaredNames: Set<String> {
    Set(variables.map(\.name))
      .union(declarations.filter { $0.kind != .extension }.map(\.name))
  }

  /// Names that its declarations use and that are not their own.
  fileprivate var neededNames: Set<String> {
    Set(declarations.flatMap(\.mentions)).union(variables.flatMap(\.mentions))
  }
}
