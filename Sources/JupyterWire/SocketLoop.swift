import Glibc
import Synchronization
internal import _CZeroMQ

/// A thread that owns sockets: nothing else touches them, as the library demands.
///
/// Other threads hand it messages through ``send(_:to:)``; they leave in the order they came, those
/// on iopub as ``Backlog`` says. What arrives is given to `receive` on the loop's thread.
final class SocketLoop: Sendable {
  typealias Receiver = @Sendable (Channel, [[UInt8]]) -> Void

  private struct State {
    var outgoing: [(channel: Channel, frames: [[UInt8]])] = []
    var barriers: [@Sendable () -> Void] = []
    var isStopping = false
    /// Bytes of published messages that have not left yet.
    var publishedBytes = 0
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
    state.withLock { state in
      state.outgoing.append((channel, frames))
      if channel == .iopub { state.publishedBytes += frames.reduce(0) { $0 + $1.count } }
    }
    wakeUp.signal()
  }

  /// Waits until there is room for more output.
  func waitForRoom() {
    while state.withLock({ !$0.isStopping && $0.publishedBytes > Backlog.byteLimit }) {
      usleep(2000)
    }
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
    var backlog = Backlog()
    while true {
      // The library does not tell when a subscriber has room again.
      zmq_poll(&items, Int32(items.count), backlog.isEmpty ? -1 : 1)
      let wasWoken = wakeUp.clear()
      // Sending comes first: what arrives must not delay the answers to what arrived before.
      if wasWoken || !backlog.isEmpty { sendAll(to: sockets, &backlog) }
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
        sendAll(to: sockets, &backlog, isFinal: true)
        return
      }
    }
  }

  private func sendAll(
    to sockets: [(channel: Channel, socket: ZeroMQSocket)], _ backlog: inout Backlog,
    isFinal: Bool = false
  ) {
    for (channel, frames) in state.withLock({ exchange(&$0.outgoing, with: []) }) {
      if channel == .iopub {
        backlog.append(frames)
      } else {
        sockets.first { $0.channel == channel }?.socket.send(frames)
      }
    }
    guard let publisher = sockets.first(where: { $0.channel == .iopub })?.socket else { return }
    backlog.send(to: publisher, isFinal: isFinal)
    let waiting = backlog.bytes
    state.withLock { state in
      state.publishedBytes =
        waiting
        + state.outgoing.reduce(0) { sum, message in
          message.channel == .iopub ? sum + message.frames.reduce(0) { $0 + $1.count } : sum
        }
    }
  }
}

/// Replaces `value` and returns what it was.
func exchange<Value>(_ value: inout Value, with replacement: Value) -> Value {
  let old = value
  value = replacement
  return old
}
