/// What is wrong with the data of a convex problem, and what to do about it.
public struct ConvexError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  package init(_ description: String) { self.description = description }
}
