import Display
import Synchronization

/// What a kernel does with the messages that arrive.
package protocol WireHandler: AnyObject, Sendable {
  /// A request on the shell channel, or a reply to a question on stdin. Called on the thread that
  /// owns these sockets: hand the message on and return.
  func received(_ message: Message, on channel: Channel)

  /// A request on the control channel. Called on that channel's own thread, which may be kept
  /// busy without hindering the others.
  func receivedControl(_ message: Message)
}

/// The five sockets of a kernel, served by three threads.
///
/// | thread | sockets |
/// |---|---|
/// | `wire` | shell, stdin, iopub |
/// | `control` | control |
/// | `heartbeat` | heartbeat |
///
/// No thread runs a request of the shell channel, so heartbeat, control and the outputs of a cell
/// never wait for one. Replies on shell and messages on iopub leave in the order in which they
/// were sent, since one thread sends both.
package final class Wire: Sendable {
  package let headers = HeaderFactory()
  private let codec: MessageCodec
  private let main = SocketLoop()
  private let control = SocketLoop()
  private let heartbeat = SocketLoop()
  /// Released after the loops ended, which then waits for last messages to leave.
  private let context = Mutex<ZeroMQContext?>(nil)

  /// Binds the sockets, has the handler made, and starts to serve.
  ///
  /// The handler is kept alive until ``close()``.
  package init(
    _ connection: ConnectionFile, makeHandler: (Wire) -> any WireHandler
  ) throws(WireError) {
    codec = MessageCodec(key: connection.key)
    let context = ZeroMQContext()
    func open(_ channel: Channel) throws(WireError) -> (channel: Channel, socket: ZeroMQSocket) {
      let kind = channel == .iopub ? ZeroMQSocket.Kind.publisher : .router
      let endpoint = connection.endpoint(of: channel)
      return (channel, try ZeroMQSocket(kind, boundTo: endpoint, in: context))
    }
    let mainSockets = [try open(.shell), try open(.stdin), try open(.iopub)]
    let controlSockets = [try open(.control)]
    let heartbeatSockets = [try open(.heartbeat)]
    self.context.withLock { $0 = context }
    let handler = makeHandler(self)

    main.start("wire", sockets: mainSockets) { [self] channel, frames in
      if channel == .iopub {
        welcome(frames)
      } else if let message = decode(frames, from: channel) {
        handler.received(message, on: channel)
      }
    }
    control.start("control", sockets: controlSockets) { [self] channel, frames in
      if let message = decode(frames, from: channel) { handler.receivedControl(message) }
    }
    heartbeat.start("heartbeat", sockets: heartbeatSockets) { [heartbeat] channel, frames in
      heartbeat.send(frames, to: channel)
    }
  }

  /// Sends a message on its way and returns at once.
  package func send(_ message: Message, on channel: Channel) {
    Log.debug("send \(channel) \(message.type)")
    let frames = codec.encode(message)
    (channel == .control ? control : main).send(frames, to: channel)
  }

  /// Publishes a message on iopub.
  package func publish(
    _ type: String, _ content: JSONValue, parent: JSONValue, metadata: JSONValue = [:],
    buffers: [[UInt8]] = []
  ) {
    let topic = Array("kernel.\(headers.session).\(type)".utf8)
    let message = Message(
      identities: [topic], header: headers.header(type), parentHeader: parent, metadata: metadata,
      content: content, buffers: buffers)
    send(message, on: .iopub)
  }

  /// Waits until the front ends have read so much that more output has room; not for long when one
  /// reads nothing at all.
  package func waitForRoom() { main.waitForRoom() }

  /// Answers a request on the channel it came from.
  package func reply(
    to request: Message, on channel: Channel, _ type: String, _ content: JSONValue,
    metadata: JSONValue = [:]
  ) {
    let message = Message(
      identities: request.identities, header: headers.header(type),
      parentHeader: request.header.json, metadata: metadata, content: content)
    send(message, on: channel)
  }

  /// Calls `barrier` once every shell message that has arrived by now was handed to the handler.
  package func afterReceiving(_ barrier: @escaping @Sendable () -> Void) {
    main.afterReceiving(barrier)
  }

  /// Sends what waits, closes the sockets and ends the threads.
  ///
  /// Not to be called on one of them.
  package func close() {
    control.stop()
    main.stop()
    heartbeat.stop()
    context.withLock { $0 = nil }
  }

  private func decode(_ frames: [[UInt8]], from channel: Channel) -> Message? {
    do {
      let message = try codec.decode(frames)
      Log.debug("received \(channel) \(message.type) \(message.header.id)")
      return message
    } catch {
      Log.warning("message on \(channel) dropped: \(error)")
      return nil
    }
  }

  /// Greets a new subscriber (a frame of 1 and the topic), so that it knows it will miss nothing.
  private func welcome(_ frames: [[UInt8]]) {
    guard frames.count == 1, frames[0].first == 1 else { return }
    let topic = Array(frames[0].dropFirst())
    let message = Message(
      identities: [topic], header: headers.header("iopub_welcome"),
      content: ["subscription": .string(String(decoding: topic, as: UTF8.self))])
    send(message, on: .iopub)
  }
}
