/// One message of the comm protocol, in either direction.
public struct CommEvent: Sendable, Hashable {
  /// What happens to a channel.
  public enum Action: String, Sendable {
    /// It is opened, something is said, or it is closed.
    case open, message, close
  }

  /// What happened.
  public var action: Action
  /// The channel it happened to.
  public var id: String
  /// The name under which the other side finds the handler; only with `open`.
  public var target: String
  /// What was sent.
  public var data: JSONValue
  /// Remarks beside the data.
  public var metadata: JSONValue
  /// Binary data that travels beside the JSON.
  public var buffers: [[UInt8]]

  /// An event of the channel `id`.
  public init(
    _ action: Action, id: String, target: String = "", data: JSONValue = [:],
    metadata: JSONValue = [:], buffers: [[UInt8]] = []
  ) {
    self.action = action
    self.id = id
    self.target = target
    self.data = data
    self.metadata = metadata
    self.buffers = buffers
  }
}
