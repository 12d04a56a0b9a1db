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
  func withPlaceOfDeclaration(_ diagnostic: CellDiagnostic, cellName: String) -> CellDiagnostic {
    guard diagnostic.severity == .error, diagnostic.identifier.hasPrefix("cannot_find"),
      let quote = diagnostic.message.firstMatch(of: /'([^']+)'/)
    else { return diagnostic }
    let name = String(quote.1)
    let seen = state.withLock { $0.seen }.filter { $0.name != cellName && $0.source.contains(name) }
    let declaring = seen.last { cell in
      let outline = DeclarationCollector.outline(of: ParsedCell(cell.source))
      return outline.variables.contains { $0.name == name }
        || outline.declarations.contains { $0.name == name && $0.kind != .extension }
    }
    guard let declaring else { return diagnostic }
    var diagnostic = diagnostic
    diagnostic.notes.append(
      CellDiagnostic(
        severity: .note, message: "'\(name)' is declared in \(declaring.name): run that cell first",
        identifier: "declared_later"))
    return diagnostic
  }
}
