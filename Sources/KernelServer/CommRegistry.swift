import Display
import JupyterWire
import Synchronization

extension CommEvent.Action {
  /// The name of the message that carries the action.
  var wireType: String {
    switch self {
    case .open: "comm_open"
    case .message: "comm_msg"
    case .close: "comm_close"
    }
  }
}

/// Knows which comms are open, on whichever side they were opened.
final class CommRegistry: Sendable {
  private let targets = Mutex<[String: String]>([:])

  /// Notes a message from the cells to the front end.
  func sent(_ message: CommEvent) { note(message) }

  /// Reads a front end's message; `nil` when it concerns no open comm.
  func receive(_ message: Message, as action: CommEvent.Action) throws(InvalidRequest)
    -> CommEvent?
  {
    let content = RequestContent(message.content)
    let event = CommEvent(
      action, id: try content.string("comm_id"),
      target: try content.string("target_name", or: ""),
      data: message.content["data"] ?? [:], metadata: message.metadata, buffers: message.buffers)
    guard action == .open || targets.withLock({ $0[event.id] != nil }) else { return nil }
    note(event)
    return event
  }

  /// The answer to `comm_info_request`: open comms, of one target or of all.
  func content(target: String?) -> JSONValue {
    let comms = targets.withLock { $0 }.filter { target == nil || $0.value == target }
    return ["status": "ok", "comms": .object(comms.mapValues { ["target_name": .string($0)] })]
  }

  /// Forgets all comms and returns their names: the process at their other end is gone.
  func removeAll() -> [String] {
    targets.withLock { targets in
      defer { targets = [:] }
      return targets.keys.sorted()
    }
  }

  private func note(_ message: CommEvent) {
    targets.withLock { targets in
      switch message.action {
      case .open: targets[message.id] = message.target
      case .message: break
      case .close: targets[message.id] = nil
      }
    }
  }
}
