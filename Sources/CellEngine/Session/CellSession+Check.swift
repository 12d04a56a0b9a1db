import Display

extension CellSession {
  /// Compiles a cell as ``run(_:tag:)`` would and remembers the names that it declares, without
  /// running it; later cells can then be checked against these names.
  ///
  /// Directives are left out, but for `%package`, without which later imports would fail.
  ///
  /// - Returns: why the cell does not compile; `nil` when it does.
  public func check(_ request: CellRequest) -> CellFailure? {
    do {
      guard let directive = try Directive.parse(request.source) else {
        return check(source: request.source, request)
      }
      for piece in directive.pieces {
        switch piece {
        case .swift(let text):
          if let failure = check(source: text, request) { return failure }
        case .directive(let line) where line.word == .package:
          try addPackage(line.argument, tag: CellTag(rawValue: request.number))
        case .directive(let line)
        where line.word == .time && (try? Directive.parse(line.argument)) == .some(nil):
          let text = String(repeating: "\n", count: line.line - 1) + line.argument
          if let failure = check(source: text, request) { return failure }
        case .directive: break
        }
      }
      return nil
    } catch let failure as CellFailure {
      return failure
    } catch {
      return .sessionLost("\(error)")
    }
  }

  private func check(source: String, _ request: CellRequest) -> CellFailure? {
    let name = "Cell[\(request.number)]"
    let module = nextModule(number: request.number)
    let ask: JSONValue = [
      "type": "compile", "source": .string(source), "module": .string(module),
      "cell": .string(name),
    ]
    switch compile(ask, source: source, cellName: name) {
    case .failure(let failure): return failure
    case .success(let answer):
      commit(answer)
      return nil
    }
  }
}
