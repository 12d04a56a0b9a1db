import Glibc
internal import _CZeroMQ

/// A descriptor that wakes a poll loop from any thread.
package final class WakeUp: Sendable {
  package let descriptor: Int32

  package init() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(descriptor >= 0, "no event descriptor could be opened (error \(errno))")
  }

  deinit { close(descriptor) }

  /// Makes the descriptor readable.
  package func signal() { eventfd_write(descriptor, 1) }

  /// Makes the descriptor unreadable again; returns whether it was readable.
  @discardableResult
  package func clear() -> Bool {
    var count: eventfd_t = 0
    return eventfd_read(descriptor, &count) == 0
  }
}
