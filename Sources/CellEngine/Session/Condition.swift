import Glibc

/// Waits until something is so.
///
/// What is waited for is kept elsewhere, under a lock of its own.
final class Condition: Sendable {
  private struct Parts {
    var lock = pthread_mutex_t()
    var changed = pthread_cond_t()
  }

  // POSIX objects must not move; the pointer never changes.
  nonisolated(unsafe) private let parts = UnsafeMutablePointer<Parts>.allocate(capacity: 1)

  init() {
    parts.initialize(to: Parts())
    pthread_mutex_init(&parts.pointee.lock, nil)
    pthread_cond_init(&parts.pointee.changed, nil)
  }

  deinit {
    pthread_cond_destroy(&parts.pointee.changed)
    pthread_mutex_destroy(&parts.pointee.lock)
    parts.deallocate()
  }

  /// Call after every change.
  func signal() {
    pthread_mutex_lock(&parts.pointee.lock)
    pthread_cond_broadcast(&parts.pointee.changed)
    pthread_mutex_unlock(&parts.pointee.lock)
  }

  /// Waits until `value` gives something.
  func wait<Value>(_ value: () -> Value?) -> Value {
    pthread_mutex_lock(&parts.pointee.lock)
    defer { pthread_mutex_unlock(&parts.pointee.lock) }
    while true {
      if let value = value() { return value }
      pthread_cond_wait(&parts.pointee.changed, &parts.pointee.lock)
    }
  }
}
