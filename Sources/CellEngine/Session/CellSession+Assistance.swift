import Display

extension CellSession {
  /// Evaluates an expression without leaving a trace (`user_expressions`).
  public func evaluate(_ expression: String, tag: CellTag) -> Result<MimeBundle, CellFailure> {
    let request = CellRequest(source: expression, number: 0)
    let report = compileAndRun(request, source: expression, tag: tag)
    switch report.outcome {
    case .completed(let result): return .success(result ?? MimeBundle(text: "()"))
    case .failed(let failure): return .failure(failure)
    }
  }

  /// Names that fit at UTF-8 offset `offset` of `source`.
  public func complete(_ source: String, at offset: Int) -> Completions {
    let directory = currentDirectory
    if let completions = Directive.completions(in: source, at: offset, directory: directory) {
      return completions
    }
    guard
      case .answer(let answer) = compiler.ask([
        "type": "complete", "source": .string(source), "offset": .integer(offset),
      ])
    else { return Completions(items: [], replacing: offset..<offset) }
    return Completions(decoding: answer, at: offset)
  }

  /// What is known about the name at UTF-8 offset `offset`; `nil` when nothing is.
  ///
  /// With `isDetailed`, its source where that is known.
  public func inspect(_ source: String, at offset: Int, isDetailed: Bool) -> Inspection? {
    guard
      case .answer(let answer) = compiler.ask([
        "type": "inspect", "source": .string(source), "offset": .integer(offset),
        "detailed": .bool(isDetailed),
      ])
    else { return nil }
    return Inspection(decoding: answer)
  }

  /// Whether `source` can be run as it is.
  ///
  /// Answers from the parser alone, in a millisecond.
  public func completeness(of source: String) -> Completeness {
    guard
      case .answer(let answer) = compiler.ask([
        "type": "completeness", "source": .string(source),
      ])
    else { return .complete }
    return Completeness(decoding: answer) ?? .complete
  }
}
