/// Why an alignment, a structure or a table could not be read.
public struct AlignmentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String

  /// The line, counted from 1; nil where the file as a whole is meant.
  public let line: Int?

  /// The position in the line, counted from 1.
  public let position: Int?

  /// What is wrong.
  public let reason: String

  public var description: String {
    let place = line.map { ":\($0)" } ?? ""
    return "\(path)\(place)\(position.map { ":\($0)" } ?? ""): \(reason)"
  }

  /// An error about a file.
  public init(path: String, line: Int? = nil, position: Int? = nil, reason: String) {
    (self.path, self.line, self.position, self.reason) = (path, line, position, reason)
  }
}
