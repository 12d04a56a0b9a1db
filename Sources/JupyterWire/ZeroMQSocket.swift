import Glibc
internal import _CZeroMQ

/// The library's state: its threads and all sockets of a process.
final class ZeroMQContext: @unchecked Sendable {
  // Unchecked: the library's contexts, unlike its sockets, may be used from all threads.
  let pointer: UnsafeMutableRawPointer

  init() { pointer = zmq_ctx_new() }

  /// Waits until every socket is closed and its last messages are sent or given up.
  deinit { while zmq_ctx_term(pointer) != 0 && errno == EINTR {} }
}

/// A bound socket.
///
/// It belongs to one thread at a time: the library forbids more.
final class ZeroMQSocket {
  enum Kind {
    case router
    /// Publisher that is told of subscriptions, those it knows already included.
    case publisher
  }

  /// Messages that the library takes ahead of each subscriber.
  ///
  /// It counts messages, not bytes, so that more would be no bound.
  private static let publishedAhead: Int32 = 16

  let pointer: UnsafeMutableRawPointer
  private let context: ZeroMQContext

  /// Whether a publisher leaves out subscribers that have not read what they got before; otherwise
  /// ``send(_:)`` refuses a message until all have.
  var leavesOutSlow = false {
    didSet { if leavesOutSlow != oldValue { set(ZMQ_XPUB_NODROP, leavesOutSlow ? 0 : 1) } }
  }

  init(_ kind: Kind, boundTo endpoint: String, in context: ZeroMQContext) throws(WireError) {
    self.context = context
    guard let pointer = zmq_socket(context.pointer, kind == .router ? ZMQ_ROUTER : ZMQ_XPUB) else {
      throw WireError("no socket for \(endpoint): \(Self.lastError)")
    }
    self.pointer = pointer
    // Replies are as many as requests: none may be lost.
    set(ZMQ_SNDHWM, kind == .publisher ? Self.publishedAhead : 0)
    set(ZMQ_RCVHWM, 0)
    // Last words get half a second to leave.
    set(ZMQ_LINGER, 500)
    switch kind {
    case .router: set(ZMQ_ROUTER_HANDOVER, 1)  // A front end that reconnects keeps its identity.
    case .publisher:
      set(ZMQ_XPUB_VERBOSE, 1)
      set(ZMQ_XPUB_NODROP, 1)
      set(ZMQ_TCP_MAXRT, Backlog.deafAfter)
    }
    guard zmq_bind(pointer, endpoint) == 0 else {
      let reason = Self.lastError
      throw WireError("cannot bind \(endpoint): \(reason)")
    }
  }

  deinit { zmq_close(pointer) }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    zmq_setsockopt(pointer, option, &value, MemoryLayout<Int32>.size)
  }

  /// The frames of the next message; `nil` when none is there.
  func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    var message = zmq_msg_t()
    zmq_msg_init(&message)
    defer { zmq_msg_close(&message) }
    repeat {
      while zmq_msg_recv(&message, pointer, ZMQ_DONTWAIT) < 0 {
        guard errno == EINTR else { return nil }
      }
      let size = zmq_msg_size(&message)
      frames.append([UInt8](UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: size)))
    } while zmq_msg_more(&message) != 0
    return frames
  }

  /// Queues a message; the library drops it when nobody is there to get it.
  ///
  /// - Returns: Whether it was taken.
  @discardableResult
  func send(_ frames: [[UInt8]]) -> Bool {
    for (index, frame) in frames.enumerated() {
      let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
      while frame.withUnsafeBytes({ zmq_send(pointer, $0.baseAddress, $0.count, flags) }) < 0 {
        if errno == EINTR { continue }
        if errno != EAGAIN {
          Log.debug("message of \(frames.count) frames dropped: \(Self.lastError)")
        }
        return false
      }
    }
    return true
  }

  private static var lastError: String { String(cString: zmq_strerror(zmq_errno())) }
}

/// Why the sockets cannot be opened.
package struct WireError: Error, CustomStringConvertible {
  package let description: String

  init(_ reason: String) { description = reason }
}
