import Display

extension CellFailure {
  init(name: String, message: String) {
    self.init(name: name, message: message, traceback: [ANSI.error("\(name): ") + message])
  }

  static var interrupted: CellFailure {
    CellFailure(
      name: "Interrupted", message: "the cell was interrupted; everything it had set is kept")
  }

  static func sessionLost(_ reason: String) -> CellFailure {
    CellFailure(
      name: "SessionLost",
      message: "\(reason). The session was started anew: run the cells that define what you need")
  }

  static func compileError(_ diagnostics: [CellDiagnostic], renderer: DiagnosticRenderer)
    -> CellFailure
  {
    let first = diagnostics.first { $0.severity == .error }
    return CellFailure(
      name: "CompileError", message: first?.message ?? "the cell does not compile",
      traceback: renderer.render(diagnostics))
  }
}

/// Colours for terminals and notebooks.
enum ANSI {
  static func error(_ text: String) -> String { "\u{1B}[1;31m\(text)\u{1B}[0m" }
  static func warning(_ text: String) -> String { "\u{1B}[1;33m\(text)\u{1B}[0m" }
  static func note(_ text: String) -> String { "\u{1B}[1;36m\(text)\u{1B}[0m" }
  static func fix(_ text: String) -> String { "\u{1B}[32m\(text)\u{1B}[0m" }
  static func place(_ text: String) -> String { "\u{1B}[34m\(text)\u{1B}[0m" }
  static func bold(_ text: String) -> String { "\u{1B}[1m\(text)\u{1B}[0m" }
}
