/// One message of the comm protocol, in either direction.
public struct CommEvent: Sendable, Hashable {
  public enum Action: String, Sendable { case open, message, close }

  public var action: Action
  public var id: String
  /// The name under which the other side finds the handler; only with `open`.
  public var target: String
  public var data: JSONValue
  public var metadata: JSONValue
  /// Binary data that travels beside the JSON.
  public var buffers: [[UInt8]]

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
