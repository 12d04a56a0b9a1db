import Display

/// A notebook's worth of cells: compiles, loads and runs them one after another, keeps what they
/// define, and survives what they do.
///
/// `run`, `evaluate`, `complete`, `inspect` and `completeness` block and are called from one
/// thread; `interrupt`, `receive`, `processIDs` and `shutDown` may be called from any thread at
/// any time.
public final class CellSession: Sendable {
  /// Starts the session's processes and returns at once; they warm up side by side.
  ///
  /// - Throws: ``ToolchainError`` when the toolchain is missing or of another version than the
  ///   one this program was built with.
  public init(configuration: Configuration, observer: any CellObserver) throws {
    fatalError("being written")
  }

  public struct Configuration: Sendable {
    /// Folder in which relative paths of cells begin.
    public var workingDirectory: String

    public init(workingDirectory: String = ".") { self.workingDirectory = workingDirectory }
  }

  /// Runs one cell to its end.
  public func run(_ request: CellRequest, tag: CellTag) -> CellReport { fatalError() }

  /// Evaluates an expression without leaving a trace (`user_expressions`).
  public func evaluate(_ expression: String, tag: CellTag) -> Result<MimeBundle, CellFailure> {
    fatalError()
  }

  /// Names that fit at UTF-8 offset `offset` of `source`.
  public func complete(_ source: String, at offset: Int) -> Completions { fatalError() }

  /// What is known about the name at UTF-8 offset `offset`; `nil` when nothing is.
  /// With `isDetailed`, its source where that is known.
  public func inspect(_ source: String, at offset: Int, isDetailed: Bool) -> Inspection? {
    fatalError()
  }

  /// Whether `source` can be run as it is. Answers from the parser alone, in a millisecond.
  public func completeness(of source: String) -> Completeness { fatalError() }

  /// Ends the running cell; does nothing when none runs.
  public func interrupt() { fatalError() }

  /// Hands a front end's comm message to the cells' code.
  public func receive(_ message: CommEvent) { fatalError() }

  /// The processes that belong to the session, for reports of memory and CPU use.
  public var processIDs: [Int32] { fatalError() }

  /// Ends all processes, children of cells included, and removes the session's files.
  public func shutDown() { fatalError() }
}
