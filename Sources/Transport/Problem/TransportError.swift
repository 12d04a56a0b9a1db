/// What is wrong with the data of a transport problem, and what to do about it.
public struct TransportError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  package init(_ description: String) { self.description = description }
}
