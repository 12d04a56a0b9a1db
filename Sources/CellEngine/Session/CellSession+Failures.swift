import Display
import Glibc

extension CellSession {
  /// Why a cell did not come to its end, with the frames of cells that led there.
  func failure(of ending: RunnerClient.Ending, module: String) -> CellFailure {
    let report = ending.report
    let (frames, runtimeFailure) = Symbolizer(toolchain: toolchain).resolve(
      report["frames"] ?? [])
    let (name, message) = describe(
      ending, runtimeFailure: runtimeFailure, innermost: frames.first)
    var traceback = draw(frames.reversed())
    traceback.append(ANSI.error("\(name): ") + message)
    return CellFailure(name: name, message: message, traceback: traceback)
  }

  /// Whether the cell's own top level called `exit()`, to end there.
  ///
  /// When a function did, the cell was to go on: in a test of that function, its checks.
  func isOwnExit(_ ending: RunnerClient.Ending, module: String) -> Bool {
    let (frames, _) = Symbolizer(toolchain: toolchain).resolve(ending.report["frames"] ?? [])
    guard let caller = frames.first else { return true }
    return caller.module == module && caller.isTopLevel
  }

  private func describe(
    _ ending: RunnerClient.Ending, runtimeFailure: String?, innermost: SourceFrame?
  ) -> (String, String) {
    let report = ending.report
    switch report["ending"]?.stringValue {
    case "threw":
      let type = report["error"]?["type"]?.stringValue ?? "Error"
      let text = report["error"]?["text"]?.stringValue ?? ""
      return (CellSession.readableType(type), text)
    case "exited":
      let code = report["code"]?.intValue ?? 0
      if let innermost, !innermost.isTopLevel {
        return ("Exit", "\(innermost.function) called exit(\(code)): the cell ended early")
      }
      return ("Exit", "the cell called exit(\(code))")
    case "left":
      return (
        "ThreadExited", "the cell ended its own thread, as pthread_exit and Thread.exit do"
      )
    case "interrupted":
      return (CellFailure.interrupted.name, CellFailure.interrupted.message)
    case "stopped":
      return (report["reason"]?.stringValue ?? "Stopped", InputUnavailable().description)
    case "trapped":
      let words = ending.lastWords
      let isShort = report["outOfMemory"]?.boolValue == true
      if words.contains("failed to allocate") || isShort && words.isEmpty && runtimeFailure == nil {
        return (
          "OutOfMemory",
          "no memory is left: give large variables small values (a = []), or start afresh with"
            + " %reset"
        )
      }
      return TrapDescription.describe(
        signal: report["signal"]?.intValue ?? 0, lastWords: ending.lastWords,
        runtimeFailure: runtimeFailure,
        isStackOverflow: report["stackOverflow"]?.boolValue ?? false,
        address: report["address"]?.stringValue ?? "")
    default:
      return ("CellFailure", report["reason"]?.stringValue ?? "the cell could not be started")
    }
  }

  /// A type's name without the module of its cell.
  private static func readableType(_ name: String) -> String {
    // A type inside a function has an address in its name, another one in each run.
    let stable = name.replacing(#/\(unknown context at \$[0-9a-f]+\)\./#, with: "")
    let parts = stable.split(separator: ".", maxSplits: 1)
    guard parts.count == 2 else { return stable }
    return TypeVersion.stripped(String(parts[1]))
  }

  /// Code frames from the outermost call to the innermost; the middle of a deep recursion is
  /// left out.
  private func draw(_ all: [SourceFrame]) -> [String] {
    let cells = state.withLock { $0.cells }
    var lines: [String] = []
    let shown = 6
    // A call that repeats itself is drawn once.
    var frames: [SourceFrame] = []
    var repeats: [Int] = []
    for frame in all {
      if frame == frames.last {
        repeats[repeats.count - 1] += 1
      } else {
        frames.append(frame)
        repeats.append(0)
      }
    }
    for (index, frame) in frames.enumerated() {
      if frames.count > 2 * shown, index == shown {
        lines.append(ANSI.place("  … \(frames.count - 2 * shown) more calls …"))
      }
      if frames.count > 2 * shown, (shown..<frames.count - shown).contains(index) { continue }
      defer {
        if repeats[index] > 0 {
          lines.append(ANSI.place("  … and the same call \(repeats[index]) times or more …"))
        }
      }
      guard let cell = cells[frame.module] else { continue }
      if frame.function != "top level" { lines.append(ANSI.note("in \(frame.function)")) }
      lines += DiagnosticRenderer(source: cell.source, cellName: cell.name).codeFrame(
        line: frame.line)
    }
    return lines
  }
}

/// What a trap was, from what the runtime said or the place it stopped at.
enum TrapDescription {
  private static let names: [(sign: String, name: String)] = [
    ("unexpectedly found nil", "UnwrappedNil"),
    ("out of range", "IndexOutOfRange"),
    ("out of bounds", "IndexOutOfRange"),
    ("division by zero", "DivisionByZero"),
    ("overflow", "ArithmeticOverflow"),
    ("not enough bits", "ArithmeticOverflow"),
    ("negative value is not representable", "ArithmeticOverflow"),
    ("cannot be converted", "ConversionFailure"),
    ("could not cast", "FailedCast"),
    ("try!", "UnexpectedError"),
    ("assertion failed", "AssertionFailure"),
    ("precondition failed", "PreconditionFailure"),
    ("overlapping accesses", "ExclusivityViolation"),
    ("simultaneous accesses", "ExclusivityViolation"),
  ]

  static func describe(
    signal: Int, lastWords: String, runtimeFailure: String?, isStackOverflow: Bool, address: String
  ) -> (name: String, message: String) {
    if isStackOverflow {
      return ("StackOverflow", "the stack is exhausted: a recursion does not end")
    }
    let words = message(in: lastWords)
    let text = words ?? runtimeFailure ?? ""
    for entry in names where text.lowercased().contains(entry.sign) {
      return (entry.name, text)
    }
    if let words { return ("FatalError", words) }
    if let runtimeFailure { return ("RuntimeFailure", runtimeFailure) }
    switch Int32(signal) {
    case SIGSEGV, SIGBUS: return ("BadAccess", "memory at 0x\(address) cannot be accessed")
    case SIGABRT: return ("Aborted", "the program called abort()")
    case SIGFPE: return ("ArithmeticError", "a division by zero or an overflow in a division")
    case SIGILL, SIGTRAP: return ("Trap", "the program stopped itself without a message")
    default: return ("Trap", "signal \(signal)")
    }
  }

  /// The message without the place in the runtime's own source that stands before it.
  private static func message(in words: String) -> String? {
    // The runtime adds its own view of the stack; ours has the cells' lines.
    let end = words.firstRange(of: "\nCurrent stack trace:")?.lowerBound ?? words.endIndex
    let trimmed = words[..<end].trimmingSuffix { $0.isNewline || $0 == " " }
    guard !trimmed.isEmpty else { return nil }
    for sign in ["Fatal error: ", "Precondition failed: ", "Assertion failed: "] {
      if let range = trimmed.firstRange(of: sign) {
        let rest = trimmed[range.upperBound...]
        return sign == "Fatal error: " ? String(rest) : String(sign.dropLast(2) + ": " + rest)
      }
    }
    for sign in ["Precondition failed", "Assertion failed", "Fatal error"] {
      if let range = trimmed.firstRange(of: sign) { return String(trimmed[range.lowerBound...]) }
    }
    return String(trimmed).replacing(#/ \(0x[0-9a-f]+\)/#, with: "")
  }
}

extension StringProtocol {
  func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
    guard let last = lastIndex(where: { !predicate($0) }) else {
      return self[startIndex..<startIndex]
    }
    return self[...last]
  }
}
