import Glibc
import Synchronization

/// One line per remark on standard error; quiet unless something is wrong.
///
/// The environment variable `ANSATZ_LOG` chooses how much is said: `error`, `warning` (the usual),
/// `info` or `debug`.
package enum Log {
  package enum Level: Int, Sendable, Comparable {
    case debug, info, warning, error

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// The least grave level that is written.
  package static let threshold: Level =
    switch getenv("ANSATZ_LOG").map({ String(cString: $0) }) {
    case "debug": .debug
    case "info": .info
    case "error": .error
    default: .warning
    }

  package static func debug(_ message: @autoclosure () -> String) { write(.debug, message) }
  package static func info(_ message: @autoclosure () -> String) { write(.info, message) }
  package static func warning(_ message: @autoclosure () -> String) { write(.warning, message) }
  package static func error(_ message: @autoclosure () -> String) { write(.error, message) }

  private static func write(_ level: Level, _ message: () -> String) {
    guard level >= threshold else { return }
    var line = "ansatz: \(level): "
    // Remote input ends up in remarks: it must not forge lines or flood the terminal.
    for scalar in message().unicodeScalars.prefix(2000) {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        line += " "
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
    line += "\n"
    // One call per line: lines of several threads do not mix.
    _ = line.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
