import Display

/// A cell to run.
public struct CellRequest: Sendable {
  /// The cell's text, directives included.
  public var source: String
  /// The number that names the cell in messages: `Cell[7]`.
  public var number: Int
  /// A stable identity of the cell across edits, where the front end gives one: a re-run of an
  /// edited cell then replaces what its earlier text defined.
  public var cellID: String?
  /// Whether the value of the last expression is wanted.
  public var wantsResult: Bool
  /// Whether somebody can answer questions (`readLine`).
  public var allowsInput: Bool
  /// Whether displays are replaced when they are updated: consoles only add to what they showed.
  public var updatesDisplays: Bool

  public init(
    source: String, number: Int, cellID: String? = nil, wantsResult: Bool = true,
    allowsInput: Bool = false, updatesDisplays: Bool = true
  ) {
    self.source = source
    self.number = number
    self.cellID = cellID
    self.wantsResult = wantsResult
    self.allowsInput = allowsInput
    self.updatesDisplays = updatesDisplays
  }
}

/// Identifies one run of one cell; what a cell's threads print after it ended still carries it.
public struct CellTag: Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }
}

/// What a cell does before it ends, in order.
public enum CellEvent: Sendable {
  /// Text on standard output; always whole Unicode scalars.
  case output(String)
  /// Text on standard error; always whole Unicode scalars.
  case errorOutput(String)
  /// A display, an update, a clearing, a comm message.
  case notebook(NotebookEvent)
  /// The cell waits for a line of input: call the answer exactly once.
  case question(prompt: String, isSecret: Bool, answer: InputAnswer)
}

/// The way back for a line of input; `nil` says that nobody can answer.
public struct InputAnswer: Sendable {
  private let deliver: @Sendable (String?) -> Void

  public init(_ deliver: @escaping @Sendable (String?) -> Void) { self.deliver = deliver }

  public func callAsFunction(_ line: String?) { deliver(line) }
}

/// Receives the events of all cells of a session, one at a time and in order, on a thread of the
/// session.
///
/// All events that a cell caused before it ended arrive before `run` returns.
public protocol CellObserver: AnyObject, Sendable {
  func cell(_ tag: CellTag, emitted event: CellEvent)
}
