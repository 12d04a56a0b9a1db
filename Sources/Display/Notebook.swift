import Synchronization

/// What a program says to the notebook it runs in.
public enum NotebookEvent: Sendable {
  /// Show `bundle` below the cell; with an `id`, it can be replaced later.
  case show(MimeBundle, id: String?)
  /// Replace the content of every output that was shown with `id`.
  case update(MimeBundle, id: String)
  /// Remove the cell's output, at once or when the next output comes.
  case clear(wait: Bool)
  /// A message on a comm channel (`action` is open, message or close).
  case comm(CommEvent)
}

/// The way from displays to whoever shows them.
///
/// The kernel installs itself here; in a plain program nothing is installed and displays print
/// their plain text.
public protocol NotebookHost: Sendable {
  /// Shows, changes or asks what a cell wants to.
  func handle(_ event: NotebookEvent)
  /// Asks the reader for one line; throws ``InputUnavailable`` when nobody can answer.
  func readLine(prompt: String, isSecret: Bool) throws -> String
}

/// There is nobody to answer: the notebook runs without a front end that takes input.
public struct InputUnavailable: Error, CustomStringConvertible, Sendable {
  /// The error that asking for input gives where nobody can answer.
  public init() {}
  public var description: String {
    "input was asked for, but this notebook runs where nobody can answer (allow_stdin is false)"
  }
}

/// Holds the installed host.
public enum Notebook {
  private static let installed = Mutex<(any NotebookHost)?>(nil)

  /// Takes the installed host's place for one task and its children: tests that run at a time have
  /// one each.
  @TaskLocal package static var substitute: (any NotebookHost)?

  /// Who shows what cells display; `nil` in a plain program, where text is printed.
  public static var host: (any NotebookHost)? {
    get { substitute ?? installed.withLock { $0 } }
    set { installed.withLock { $0 = newValue } }
  }

  private static let updating = Mutex(true)

  /// Whether whoever shows the cell that runs replaces what was shown before
  /// (``NotebookEvent/update(_:id:)``); consoles do not.
  package static var updatesDisplays: Bool {
    get { updating.withLock { $0 } }
    set { updating.withLock { $0 = newValue } }
  }

  static func send(_ event: NotebookEvent) {
    if let host {
      host.handle(event)
    } else {
      switch event {
      case .show(let bundle, _), .update(let bundle, _):
        if case .text(let text)? = bundle["text/plain"] { print(text) }
      case .clear, .comm: break
      }
    }
  }
}
