import Synchronization

/// A channel between a cell's code and code in the front end, such as a widget's.
///
/// ```swift
/// let slider = Comm(target: "slider", data: ["min": 0, "max": 10])
/// slider.onMessage { event in print("moved to", event.data["value"]?.intValue ?? 0) }
/// slider.send(["value": 5])
/// ```
///
/// Either side may open a channel: with ``init(target:data:metadata:buffers:)`` the cell does,
/// with ``register(target:_:)`` it waits for the front end. Messages carry JSON and, beside it,
/// binary buffers. A channel stays open, and its handlers alive, until one side closes it.
///
/// Handlers are called on a thread of the notebook, one at a time and in the order in which
/// messages arrive, also while a cell runs: guard what they share with cells. A handler should
/// return soon, since the messages behind it wait. In a plain program there is nobody at the other
/// end: messages go nowhere and none arrive.
public final class Comm: Sendable {
  /// The name of this channel, the same on both sides.
  public let id: String
  /// The name under which the side that did not open the channel knows what it is for.
  public let target: String
  private let state = Mutex(State())

  private struct State: Sendable {
    var isOpen = true
    var onMessage: (@Sendable (CommEvent) -> Void)?
    var onClose: (@Sendable (CommEvent) -> Void)?
    /// Messages that came before there was a handler.
    var waiting: [CommEvent] = []
  }

  /// The most messages that wait for a handler; older ones are dropped.
  private static let waitingLimit = 1000

  /// Opens a channel to the handler that the front end has registered for `target`.
  public convenience init(
    target: String, data: JSONValue = [:], metadata: JSONValue = [:], buffers: [[UInt8]] = []
  ) {
    let random = UInt64.random(in: .min ... .max)
    let more = UInt64.random(in: .min ... .max)
    self.init(id: String(random, radix: 16) + String(more, radix: 16), target: target)
    OpenComms.add(self)
    Notebook.send(
      .comm(
        CommEvent(
          .open, id: id, target: target, data: data, metadata: metadata, buffers: buffers)))
  }

  fileprivate init(id: String, target: String) {
    self.id = id
    self.target = target
  }

  /// Calls `handler` whenever the front end opens a channel for `target`; a later handler for the
  /// same target takes the place of an earlier one.
  ///
  /// ```swift
  /// Comm.register(target: "echo") { comm, _ in
  ///   comm.onMessage { comm.send($0.data, buffers: $0.buffers) }
  /// }
  /// ```
  ///
  /// The event is the opening message. A channel nobody has registered for is closed at once.
  public static func register(
    target: String, _ handler: @escaping @Sendable (Comm, CommEvent) -> Void
  ) {
    OpenComms.register(target, handler)
  }

  /// Whether neither side has closed the channel.
  public var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Sends a message; nothing happens once the channel is closed.
  public func send(
    _ data: JSONValue, metadata: JSONValue = [:], buffers: [[UInt8]] = []
  ) {
    guard isOpen else { return }
    Notebook.send(
      .comm(CommEvent(.message, id: id, data: data, metadata: metadata, buffers: buffers)))
  }

  /// Closes the channel; the front end is told.
  public func close(_ data: JSONValue = [:]) {
    guard markClosed() else { return }
    Notebook.send(.comm(CommEvent(.close, id: id, data: data)))
  }

  /// Sets what to do with messages; those that have already arrived are handed over at once.
  public func onMessage(_ handler: @escaping @Sendable (CommEvent) -> Void) {
    let waiting = state.withLock { state in
      state.onMessage = handler
      defer { state.waiting = [] }
      return state.waiting
    }
    for event in waiting { handler(event) }
  }

  /// Sets what to do when the front end closes the channel.
  public func onClose(_ handler: @escaping @Sendable (CommEvent) -> Void) {
    state.withLock { $0.onClose = handler }
  }

  /// - Returns: whether the channel was open.
  private func markClosed() -> Bool {
    OpenComms.remove(id)
    return state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen
    }
  }

  fileprivate func receive(_ event: CommEvent) {
    switch event.action {
    case .open: break
    case .message:
      let handler = state.withLock { state in
        if state.onMessage == nil {
          if state.waiting.count >= Comm.waitingLimit { state.waiting.removeFirst() }
          state.waiting.append(event)
        }
        return state.onMessage
      }
      handler?(event)
    case .close:
      guard markClosed() else { return }
      state.withLock { $0.onClose }?(event)
    }
  }
}

extension Notebook {
  /// Hands a message of the front end to the channel it belongs to.
  ///
  /// For hosts: handlers run on the calling thread, before this returns; call it for one message
  /// after another.
  public static func receive(_ event: CommEvent) {
    guard event.action == .open else {
      OpenComms.comm(event.id)?.receive(event)
      return
    }
    guard let handler = OpenComms.handler(event.target) else {
      // The protocol's answer to an unknown target.
      send(.comm(CommEvent(.close, id: event.id)))
      return
    }
    let comm = Comm(id: event.id, target: event.target)
    OpenComms.add(comm)
    handler(comm, event)
  }

  /// The targets of all open channels by the channels' identifiers, for hosts.
  package static var openComms: [String: String] { OpenComms.targets }
}

/// All open channels and registered targets.
private enum OpenComms {
  private struct State: Sendable {
    var comms: [String: Comm] = [:]
    var handlers: [String: @Sendable (Comm, CommEvent) -> Void] = [:]
  }

  private static let state = Mutex(State())

  static var targets: [String: String] { state.withLock { $0.comms.mapValues(\.target) } }

  static func add(_ comm: Comm) { state.withLock { $0.comms[comm.id] = comm } }

  static func remove(_ id: String) { _ = state.withLock { $0.comms.removeValue(forKey: id) } }

  static func comm(_ id: String) -> Comm? { state.withLock { $0.comms[id] } }

  static func register(
    _ target: String, _ handler: @escaping @Sendable (Comm, CommEvent) -> Void
  ) {
    state.withLock { $0.handlers[target] = handler }
  }

  static func handler(_ target: String) -> (@Sendable (Comm, CommEvent) -> Void)? {
    state.withLock { $0.handlers[target] }
  }
}
