import Foundation
import Glibc

/// When the compiler process of an idle session is ended.
///
/// It is by far the largest of a kernel's processes, and a class has many kernels. The next cell
/// starts one that is told the same.
enum CompilerRest {
  /// Seconds; `ANSATZ_REST` sets others, 0 means never.
  static let pause: Double = {
    let text = ProcessInfo.processInfo.environment["ANSATZ_REST"] ?? ""
    return Double(text).map { $0.isFinite ? max(0, $0) : 0 } ?? 600
  }()

  /// Calls `rest` from time to time, with the pause that counts, until it says that the session is
  /// over.
  static func begin(_ rest: @escaping @Sendable (_ pause: Duration) -> Bool) {
    guard pause > 0 else { return }
    startThread {
      repeat {
        usleep(UInt32(min(max(pause / 4, 0.1), 30) * 1e6))
      } while rest(.seconds(pause))
    }
  }
}
