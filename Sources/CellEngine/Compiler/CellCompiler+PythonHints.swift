import Display

extension CellCompiler {
  /// What to write here for what NumPy, PyTorch and JAX have under another name.
  func pythonHint(_ diagnostic: CellDiagnostic, _ source: String) -> String? {
    guard diagnostic.severity == .error else { return nil }
    let message = diagnostic.message
    let line = CellCompiler.line(of: diagnostic, source)
    if let name = CellCompiler.strangeName(message), !CellCompiler.isSpelt(name, session.names) {
      if PythonNames.modules.contains(name), !message.contains("no member") {
        return CellCompiler.moduleHint(name, line)
      }
      return PythonNames.ours(name).map { "here: \($0)" }
    }
    if let found = CellCompiler.operatorHint(message, line) { return found }
    if message.contains("'PythonModule'"), let module = line.firstMatch(of: /\b(np|jnp|torch)\./) {
      return CellCompiler.moduleHint(String(module.1), line)
    }
    if message.hasPrefix("cannot call value of non-function type 'Int'"), line.contains(".size(") {
      return "here: x.shape[0] for x.size(0)"
    }
    guard message.contains("argument") || message.contains("exact matches") else { return nil }
    if line.firstMatch(of: /\b(?:dim|keepdims?|ddof|dtype)\s*:/) != nil, !message.contains("DType")
    {
      return "Python's 'dim' is 'axis:' here, 'keepdim' and 'keepdims' are 'keepDims:', 'ddof' is "
        + "'correction:'; docs/coming-from-python.md has the names"
    }
    return nil
  }

  /// A name that the message says to be unknown, or not to take a tensor.
  private static func strangeName(_ message: String) -> String? {
    let patterns = [
      #/cannot find '(\w+)' in scope/#,
      #/type '(?:Tensor|DType)\??' has no member '(\w+)'/#,
      #/^'(\w+)' is inaccessible/#,
      #/call to global function '(\w+)'/#,
      #/global function '(\w+)' requires that 'Tensor' conform/#,
      #/^'(np|jnp|torch)' is unavailable/#,
      #/in call to function '(\w+)'/#,
    ]
    for pattern in patterns {
      if let found = message.firstMatch(of: pattern) { return String(found.1) }
    }
    return nil
  }

  /// Whether a cell declares what differs from the name by its case alone.
  private static func isSpelt(_ name: String, _ names: [String]) -> Bool {
    names.contains { $0.lowercased() == name.lowercased() }
  }

  private static func moduleHint(_ module: String, _ line: String) -> String {
    for match in line.matches(of: /\b(\w+)((?:\.\w+)+)/) where match.1 == module {
      if let ours = PythonNames.ours(String(match.2)) { return "\(match.0) is here: \(ours)" }
      if let last = match.2.split(separator: ".").last {
        return "functions need no prefix: \(match.0) would be \(last)"
      }
    }
    return "functions need no prefix: \(module).exp(x) is exp(x)"
  }

  private static func operatorHint(_ message: String, _ line: String) -> String? {
    let isOfTensors = message.contains("'Tensor'")
    if isOfTensors, let found = message.firstMatch(of: /operator (?:function )?'([&|~!=]+)'/) {
      let ours = [
        "&": "a .& b", "|": "a .| b", "~": ".!a", "!=": "a .!= b", "&&": "a .& b", "||": "a .| b",
      ]
      return ours[String(found.1)].map { "masks: \($0)" }
    }
    if isOfTensors, message.contains("'Bool'") {
      return "masks: .!a, a .& b, a .| b; one Bool is x.all(), x.any() or x.item() > 0"
    }
    if isOfTensors, message.contains("'SIMDMask") { return "here: mask.all(), mask.any()" }
    if message.contains("UnboundedRange_") {
      return "here: x[.ellipsis, 0] for '...', x[0..., 0] for ':'"
    }
    if message.hasPrefix("cannot convert value of type '(Int"), message.contains("'[Int]'") {
      return "a shape stands in brackets: [2, 3]"
    }
    if message.contains("type 'String' to expected argument type 'DType") {
      return "here: .float32, .float64, .int32, .int64, .uint8, .bool, .float16, .bfloat16"
    }
    if message.hasPrefix("consecutive statements"), line.firstMatch(of: /\w\s*@\s*\w/) != nil {
      return "here: matmul(x, y) for x @ y"
    }
    let isColon =
      message.contains("colon") || message.contains("module selector")
      || message.contains("expected expression in list")
    if isColon, line.firstMatch(of: /[\[,:]\s*:|:\s*[\],:]/) != nil {
      return "here: x[0..., 0] for x[:, 0], x[stride(from: 0, to: n, by: 2)] for x[::2]"
    }
    return nil
  }

  /// The line of the source that a message is about.
  private static func line(of diagnostic: CellDiagnostic, _ source: String) -> String {
    guard let offset = diagnostic.offset else { return "" }
    let text = Array(source.utf8)
    guard offset <= text.count else { return "" }
    let first = text[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let last = text[offset...].firstIndex(of: 10) ?? text.count
    return String(decoding: text[first..<last], as: UTF8.self)
  }
}
