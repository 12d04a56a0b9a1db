import Glibc
internal import _CZeroMQ

/// A named thread with a stack of a chosen size.
///
/// Blocking loops have no place in Swift's cooperative pool, which has one thread per core.
package struct NativeThread: Sendable {
  private let handle: pthread_t

  /// Starts a thread that runs `body` to its end.
  ///
  /// - Parameters:
  ///   - name: What debuggers and `top -H` show; the first 15 bytes count.
  ///   - stackSize: In bytes; only touched pages cost memory.
  @discardableResult
  package static func start(
    _ name: String, stackSize: Int = 4 << 20, _ body: sending @escaping () -> Void
  ) -> NativeThread {
    final class Start {
      let name: String
      let body: () -> Void
      init(_ name: String, _ body: @escaping () -> Void) {
        self.name = name
        self.body = body
      }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    var handle = pthread_t()
    let start = Unmanaged.passRetained(Start(name, body))
    let status = pthread_create(
      &handle, &attributes,
      { pointer in
        let start = Unmanaged<Start>.fromOpaque(pointer!).takeRetainedValue()
        name_calling_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    precondition(status == 0, "no thread could be started (error \(status))")
    return NativeThread(handle: handle)
  }

  /// Waits until the thread has ended; call it once at most.
  package func join() { pthread_join(handle, nil) }

  /// Says that nobody will wait, so that the thread's memory goes with it.
  ///
  /// Call it instead of ``join()``.
  package func detach() { pthread_detach(handle) }
}
