import Display
import Glibc
import Synchronization

/// When a compiler process is replaced by a fresh one, so that a session can go on for ever: the
/// compiler keeps memory and open files of everything that it has ever read.
///
/// The new process is made, told the session and warmed up beside the old one, which goes on
/// serving: no cell waits for it.
final class CompilerRenewal: Sendable {
  private struct State {
    var isRunning = false
    var lastRequest = ContinuousClock.now
    /// Requests since the last renewal.
    var requests = 0
  }

  static let memoryLimit = 400 << 20
  static let descriptorLimit = 400
  /// A process that has served fewer would hardly be smaller if it were new.
  private static let leastRequests = 20
  private static let quiet = Duration.milliseconds(700)

  /// What every session needs before long.
  static let warmUp: [JSONValue] = ["1", "import Foundation"].enumerated().map { index, text in
    [
      "type": "compile", "source": .string(text), "module": .string("Renewal\(index)"),
      "cell": .string("Renewal"), "trial": true,
    ]
  }

  private let state = Mutex(State())

  func noteRequest() {
    state.withLock { state in
      state.lastRequest = .now
      state.requests += 1
    }
  }

  /// How long nothing has been asked.
  var idleTime: Duration { state.withLock { ContinuousClock.now - $0.lastRequest } }

  /// Whether to begin a renewal now; if so, ``finish()`` must follow.
  func isDue(memory: Int, descriptors: Int) -> Bool {
    state.withLock { state in
      guard !state.isRunning, state.requests >= Self.leastRequests,
        memory > Self.memoryLimit || descriptors > Self.descriptorLimit
      else { return false }
      state.isRunning = true
      return true
    }
  }

  func finish() {
    state.withLock { state in
      state.isRunning = false
      state.requests = 0
    }
  }

  /// Waits until nothing was asked for a moment; not for more than two minutes, since a session that
  /// is never quiet grows as well.
  func waitForQuiet() {
    for _ in 0..<600 {
      if state.withLock({ ContinuousClock.now - $0.lastRequest > Self.quiet }) { return }
      usleep(200_000)
    }
  }
}
