internal import Glibc
import Synchronization

/// Where long computations look whether somebody wants them to stop.
///
/// Operations of the runtime call ``_checkpoint()`` before they start; whoever runs cells installs
/// a handler that ends the computation (by throwing its thread away, say) and raises the flag. No
/// lock is held and no value is half changed at that moment.
///
/// What has a result to save puts its work into ``holding(_:)`` and looks at ``isRaised`` itself.
public enum CheckPoint {
  static let flag = Atomic<Bool>(false)
  private static let installed = Mutex<(@Sendable () -> Void)?>(nil)
  private static let raisedAt = Mutex<ContinuousClock.Instant?>(nil)
  private static let holders = Mutex<[pthread_t: Int]>([:])
  /// How long after an interrupt the work of ``holding(_:)`` may go on.
  private static let patience = Duration.seconds(2)

  /// Called by every operation while ``isRaised`` holds.
  public static var handler: (@Sendable () -> Void)? {
    get { installed.withLock { $0 } }
    set { installed.withLock { $0 = newValue } }
  }

  /// Whether operations call the handler.
  public static var isRaised: Bool {
    get { flag.load(ordering: .relaxed) }
    set {
      raisedAt.withLock { $0 = newValue ? .now : nil }
      flag.store(newValue, ordering: .relaxed)
    }
  }

  /// Runs `body` so that an interrupt does not end this thread before two seconds have passed, and
  /// the caller can save what it has.
  ///
  /// - Complexity: two locks of a few nanoseconds each.
  public static func holding<Result>(_ body: () throws -> Result) rethrows -> Result {
    let thread = pthread_self()
    holders.withLock { $0[thread, default: 0] += 1 }
    defer {
      holders.withLock {
        let depth = $0[thread, default: 1] - 1
        $0[thread] = depth > 0 ? depth : nil
      }
    }
    return try body()
  }

  /// Whether a thread is inside of ``holding(_:)`` and still may be.
  public static var isHeld: Bool { isPatient && holders.withLock { !$0.isEmpty } }

  private static var isPatient: Bool {
    raisedAt.withLock { $0.map { .now - $0 < patience } ?? true }
  }

  @inline(never) static func reached() {
    let thread = pthread_self()
    if isPatient, holders.withLock({ $0[thread] != nil }) { return }
    handler?()
  }
}

/// Costs one load unless the flag is raised.
@inline(__always) public func _checkpoint() {
  if CheckPoint.isRaised { CheckPoint.reached() }
}
