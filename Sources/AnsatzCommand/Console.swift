import CellEngine
import Display
import Foundation
import Synchronization

/// Prints what cells say, and asks the person at the terminal when they ask.
///
/// It keeps copies of the standard streams, since a session may redirect the real ones to itself.
final class Console: CellObserver {
  private let input = dup(STDIN_FILENO)
  private let output = dup(STDOUT_FILENO)
  private let errorOutput = dup(STDERR_FILENO)
  /// The newest content of displays that were updated, printed once the cell has ended.
  private let updates = Mutex<[(id: String, bundle: MimeBundle)]>([])
  /// Whether only errors are printed: what another process says as well.
  private let isMuted: Bool

  init(isMuted: Bool = false) { self.isMuted = isMuted }

  func cell(_ tag: CellTag, emitted event: CellEvent) {
    switch event {
    case .output(let text): print(text)
    case .errorOutput(let text): print(error: text)
    case .notebook(.show(let bundle, _)): show(bundle)
    case .notebook(.update(let bundle, let id)): remember(bundle, id: id)
    case .notebook(.clear), .notebook(.comm): break
    case .question(let prompt, let isSecret, let answer):
      // Elsewhere, so that other events of the session need not wait for the answer.
      Thread.detachNewThread { answer(self.ask(prompt, isSecret: isSecret)) }
    }
  }

  func print(_ text: String) {
    if !isMuted { write(text, to: output) }
  }

  func print(error text: String) { write(text, to: errorOutput) }

  func show(_ bundle: MimeBundle) { print(plainText(of: bundle) + "\n") }

  func show(_ failure: CellFailure) {
    let summary = "\(failure.name): \(failure.message)"
    let lines = failure.traceback.isEmpty ? [summary] : failure.traceback
    let text = lines.joined(separator: "\n") + "\n"
    print(error: isColoured ? text : withoutColours(text))
  }

  func flushUpdates() {
    let newest = updates.withLock { updates in
      defer { updates = [] }
      return updates
    }
    for update in newest { show(update.bundle) }
  }

  private func remember(_ bundle: MimeBundle, id: String) {
    updates.withLock { updates in
      updates.removeAll { $0.id == id }
      updates.append((id, bundle))
    }
  }

  private func plainText(of bundle: MimeBundle) -> String {
    for type in ["text/plain", "text/markdown", "text/latex"] {
      if case .text(let text)? = bundle[type] { return text }
    }
    return "[\(bundle.data.keys.sorted().joined(separator: ", "))]"
  }

  private func ask(_ prompt: String, isSecret: Bool) -> String? {
    print(error: prompt)
    guard isSecret else { return readLine() }
    return withoutEcho { readLine() }
  }

  private func readLine() -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(input, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  private func withoutEcho<Result>(_ body: () -> Result) -> Result {
    var settings = termios()
    guard tcgetattr(input, &settings) == 0 else { return body() }
    var silent = settings
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(input, TCSAFLUSH, &silent)
    defer {
      tcsetattr(input, TCSAFLUSH, &settings)
      print(error: "\n")
    }
    return body()
  }

  private var isColoured: Bool {
    isatty(errorOutput) == 1 && Program.variable("NO_COLOR") == nil
  }

  private func withoutColours(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
  }

  private func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
