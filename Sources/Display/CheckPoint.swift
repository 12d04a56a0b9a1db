import Synchronization

/// Where long computations look whether somebody wants them to stop.
///
/// Operations of the runtime call ``_checkpoint()`` before they start; whoever runs cells installs
/// a handler that ends the computation (by throwing its thread away, say) and raises the flag. No
/// lock is held and no value is half changed at that moment.
public enum CheckPoint {
  static let flag = Atomic<Bool>(false)
  private static let installed = Mutex<(@Sendable () -> Void)?>(nil)

  /// Called by every operation while ``isRaised`` holds.
  public static var handler: (@Sendable () -> Void)? {
    get { installed.withLock { $0 } }
    set { installed.withLock { $0 = newValue } }
  }

  /// Whether operations call the handler.
  public static var isRaised: Bool {
    get { flag.load(ordering: .relaxed) }
    set { flag.store(newValue, ordering: .relaxed) }
  }

  @inline(never) static func reached() { handler?() }
}

/// Costs one load unless the flag is raised.
@inline(__always) public func _checkpoint() {
  if CheckPoint.isRaised { CheckPoint.reached() }
}
