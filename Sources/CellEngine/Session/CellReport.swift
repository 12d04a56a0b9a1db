import Display

/// How a cell ended.
public struct CellReport: Sendable {
  public enum Outcome: Sendable {
    /// The cell ran to its end; the value of its last expression, if it has one to show.
    case completed(result: MimeBundle?)
    case failed(CellFailure)
  }

  /// What a front end should do besides showing outputs.
  public enum Request: Sendable {
    /// Show in the pager (`?name`).
    case page(MimeBundle)
    /// Put text into the next cell, or into this one (`%load`).
    case setNextInput(String, replacing: Bool)
  }

  public var outcome: Outcome
  public var requests: [Request]
  /// Seconds spent in each phase.
  public var timings: Timings

  public struct Timings: Sendable, Hashable {
    public var compiling = 0.0
    public var loading = 0.0
    public var running = 0.0

    public init() {}
  }

  public init(outcome: Outcome, requests: [Request] = [], timings: Timings = Timings()) {
    self.outcome = outcome
    self.requests = requests
    self.timings = timings
  }
}

/// Why a cell failed, ready to be shown.
public struct CellFailure: Error, Sendable, Hashable {
  /// The kind of failure: `CompileError`, `IndexOutOfRange`, `UnwrappedNil`, `Interrupted`,
  /// `SessionLost`, or the name of the thrown error's type.
  public var name: String
  /// One sentence, without colours.
  public var message: String
  /// Lines to print, with ANSI colours: code frames, carets, notes, the frames of cells.
  public var traceback: [String]

  public init(name: String, message: String, traceback: [String]) {
    self.name = name
    self.message = message
    self.traceback = traceback
  }
}
