import Glibc
import Synchronization
internal import _CZeroMQ

/// A thread that owns sockets: nothing else touches them, as the library demands.
///
/// Other threads hand it messages through ``send(_:to:)``; they leave in the order they came. What
/// arrives is given to `receive` on the loop's thread.
final class SocketLoop: Sendable {
  typealias Receiver = @Sendable (Channel, [[UInt8]]) -> Void

  private struct State {
    var outgoing: [(channel: Channel, frames: [[UInt8]])] = []
    var barriers: [@Sendable () -> Void] = []
    var isStopping = false
  }

  private let state = Mutex(State())
  private let wakeUp = WakeUp()
  private let thread = Mutex<NativeThread?>(nil)

  /// Starts the thread; `sockets` are its own from now on.
  func start(
    _ name: String, sockets: sending [(channel: Channel, socket: ZeroMQSocket)],
    receive: @escaping Receiver
  ) {
    let started = NativeThread.start(name) { [self] in serve(sockets, receive) }
    thread.withLock { $0 = started }
  }

  func send(_ frames: [[UInt8]], to channel: Channel) {
    state.withLock { $0.outgoing.append((channel, frames)) }
    wakeUp.signal()
  }

  /// Calls `barrier` on the loop's thread once everything that has arrived by now was received.
  func afterReceiving(_ barrier: @escaping @Sendable () -> Void) {
    state.withLock { $0.barriers.append(barrier) }
    wakeUp.signal()
  }

  /// Sends what waits, closes the sockets and ends the thread.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.signal()
    thread.withLock { $0.take() }?.join()
  }

  private func serve(
    _ sockets: [(channel: Channel, socket: ZeroMQSocket)], _ receive: Receiver
  ) {
    var items = sockets.map {
      zmq_pollitem_t(socket: $0.socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    items.append(
      zmq_pollitem_t(
        socket: nil, fd: wakeUp.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    while true {
      zmq_poll(&items, Int32(items.count), -1)
      let wasWoken = wakeUp.clear()
      // Sending comes first: what arrives must not delay the answers to what arrived before.
      if wasWoken { sendAll(to: sockets) }
      let barriers = wasWoken ? state.withLock { exchange(&$0.barriers, with: []) } : []
      for (channel, socket) in sockets {
        // Bounded, so that a flood on one socket does not starve the others; a barrier drains.
        var budget = barriers.isEmpty ? 64 : 4096
        while budget > 0, let frames = socket.receive() {
          receive(channel, frames)
          budget -= 1
        }
      }
      for barrier in barriers { barrier() }
      if wasWoken, state.withLock({ $0.isStopping }) {
        sendAll(to: sockets)
        return
      }
    }
  }

  private func sendAll(to sockets: [(channel: Channel, socket: ZeroMQSocket)]) {
    for (channel, frames) in state.withLock({ exchange(&$0.outgoing, with: []) }) {
      sockets.first { $0.channel == channel }?.socket.send(frames)
    }
  }
}

/// Replaces `value` and returns what it was.
func exchange<Value>(_ value: inout Value, with replacement: Value) -> Value {
  let old = value
  value = replacement
  return old
}
