import Glibc
import JupyterWire
import Synchronization

/// The inputs of all sessions, kept across them in one SQLite file that kernels share.
///
/// Cells do not wait for the file: a thread of the store writes, and tries again as long as another
/// process keeps the file to itself. Reading waits for it, but not for long. Where the file cannot
/// be written the history lives in memory, for this session alone.
package final class HistoryStore: Sendable {
  /// One remembered cell.
  package struct Entry: Sendable, Hashable {
    package var session: Int
    package var line: Int
    package var source: String
    /// The plain text of its result, if it had one.
    package var output: String?

    package init(session: Int, line: Int, source: String, output: String? = nil) {
      self.session = session
      self.line = line
      self.source = source
      self.output = output
    }
  }

  private struct State {
    var database: SQLiteDatabase?
    /// This run's number; given with its first cell, so that idle kernels leave no trace.
    var session: Int?
  }

  private enum Writing {
    case opening
    case cell(String, line: Int)
    case output(String, line: Int)
  }

  private struct Queue {
    var waiting: [Writing] = []
    var isServed = false
  }

  /// What waits for a locked file at most; the oldest goes first.
  private static let queueLimit = 1000
  /// Seconds that a reader waits for what was recorded before.
  package static let patience = 1.0

  private let path: String
  private let state = Mutex(State())
  private let queue = Mutex(Queue())

  /// - Parameter path: The database's file; its folder is made if need be.
  package init(path: String) { self.path = path }

  /// `$XDG_DATA_HOME/ansatz/history.sqlite`, by default below `~/.local/share`.
  package static var standardPath: String {
    func variable(_ name: String) -> String? {
      guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else {
        return nil
      }
      return value
    }
    let data = variable("XDG_DATA_HOME") ?? variable("HOME").map { "\($0)/.local/share" }
    return data.map { "\($0)/ansatz/history.sqlite" } ?? ":memory:"
  }

  /// Opens the database ahead of its first use.
  package func prepare() { add(.opening) }

  /// Remembers a cell before it runs.
  package func record(_ source: String, line: Int) { add(.cell(source, line: line)) }

  /// Remembers the result of a cell that was recorded.
  package func record(output: String, line: Int) { add(.output(output, line: line)) }

  /// Waits until all that was recorded is written, for some seconds at most.
  package func settle(within seconds: Double = patience) {
    for _ in 0..<Int(seconds / 0.005) {
      if queue.withLock({ $0.waiting.isEmpty }) { return }
      usleep(5000)
    }
  }

  private func add(_ writing: Writing) {
    let mustServe = queue.withLock { queue in
      if queue.waiting.count == Self.queueLimit { queue.waiting.remove(at: 1) }
      queue.waiting.append(writing)
      defer { queue.isServed = true }
      return !queue.isServed
    }
    if mustServe { NativeThread.start("history") { [self] in serve() }.detach() }
  }

  private func serve() {
    while true {
      let next = queue.withLock { queue in
        queue.isServed = !queue.waiting.isEmpty
        return queue.waiting.first
      }
      guard let next else { return }
      do throws(SQLiteError) {
        try write(next)
      } catch {
        if error.isBusy {
          usleep(200_000)
          continue
        }
        Log.warning("history could not be written: \(error)")
      }
      queue.withLock { _ = $0.waiting.removeFirst() }
    }
  }

  private func write(_ writing: Writing) throws(SQLiteError) {
    try use { database, session throws(SQLiteError) in
      switch writing {
      case .opening: break
      case .cell(let source, let line):
        if session == nil {
          try database.run("INSERT INTO sessions(started) VALUES (?)", [.text(Timestamp.now())])
          session = database.lastInsertedRow
        }
        try database.run(
          "INSERT OR REPLACE INTO cells(session, line, source) VALUES (?, ?, ?)",
          [.integer(session!), .integer(line), .text(source)])
      case .output(let text, let line):
        guard let session else { return }
        try database.run(
          "UPDATE cells SET output = ? WHERE session = ? AND line = ?",
          [.text(text), .integer(session), .integer(line)])
      }
    }
  }

  /// The last `count` cells of all sessions, oldest first.
  package func tail(_ count: Int) -> [Entry] {
    entries(
      "SELECT session, line, source, output FROM cells ORDER BY session DESC, line DESC LIMIT ?",
      [.integer(max(0, count))]
    ).reversed()
  }

  /// The cells `start..<stop` of one session; `session` 0 is this one, −1 the one before it.
  package func range(session: Int, from start: Int, to stop: Int?) -> [Entry] {
    let number = session > 0 ? session : currentSession + session
    return entries(
      """
      SELECT session, line, source, output FROM cells
      WHERE session = ? AND line >= ? AND line < ? ORDER BY line
      """,
      [.integer(number), .integer(start), .integer(stop ?? Int(Int32.max))])
  }

  /// Cells that match a glob pattern (`*`, `?`, `[a-z]`), oldest first; with `isUnique`, of equal
  /// cells only the latest; with `count`, only the latest ones.
  package func search(_ pattern: String, isUnique: Bool = false, count: Int? = nil) -> [Entry] {
    // Of a group SQLite takes the columns beside max() from the row that has the maximum.
    let columns = "session, line, source, output"
    let query =
      isUnique
      ? """
      SELECT \(columns), max(session * 4294967296 + line) AS position FROM cells
      WHERE source GLOB ? GROUP BY source ORDER BY position DESC LIMIT ?
      """
      : """
      SELECT \(columns) FROM cells
      WHERE source GLOB ? ORDER BY session DESC, line DESC LIMIT ?
      """
    return entries(query, [.text(pattern), .integer(count.map { max(0, $0) } ?? -1)]).reversed()
  }

  private var currentSession: Int {
    read { database, session throws(SQLiteError) in
      if let session { return session }
      let rows = try database.run("SELECT coalesce(max(id), 0) + 1 FROM sessions")
      guard case .integer(let next)? = rows.first?.first else { return 1 }
      return next
    } ?? 1
  }

  private func entries(_ query: String, _ arguments: [SQLiteDatabase.Value]) -> [Entry] {
    let rows = read { database, _ throws(SQLiteError) in
      try database.run(query, arguments)
    }
    return (rows ?? []).compactMap { row in
      guard row.count >= 4, case .integer(let session) = row[0], case .integer(let line) = row[1],
        case .text(let source) = row[2]
      else { return nil }
      var output: String?
      if case .text(let text) = row[3] { output = text }
      return Entry(session: session, line: line, source: source, output: output)
    }
  }

  /// A history that cannot be read is no reason to fail a request: the error is logged.
  private func read<Value: Sendable>(
    _ body: (SQLiteDatabase, inout Int?) throws(SQLiteError) -> Value
  ) -> Value? {
    settle()
    do throws(SQLiteError) { return try use(body) } catch {
      Log.warning("history could not be read: \(error)")
      return nil
    }
  }

  private func use<Value: Sendable>(
    _ body: (SQLiteDatabase, inout Int?) throws(SQLiteError) -> Value
  ) throws(SQLiteError) -> Value {
    let result = state.withLock { state -> Result<Value, SQLiteError> in
      do throws(SQLiteError) {
        if state.database == nil { state.database = try open() }
        return .success(try body(state.database!, &state.session))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func open() throws(SQLiteError) -> SQLiteDatabase {
    do throws(SQLiteError) {
      makeFolders(for: path)
      return try prepared(SQLiteDatabase(path: path))
    } catch {
      if error.isBusy { throw error }
      Log.info("history is kept in memory: \(error)")
      return try prepared(SQLiteDatabase(path: ":memory:"))
    }
  }

  private func prepared(_ database: SQLiteDatabase) throws(SQLiteError) -> SQLiteDatabase {
    // Readers and one writer do not wait for each other, and a write costs no flush to disk.
    try database.run("PRAGMA journal_mode = WAL")
    try database.run("PRAGMA synchronous = NORMAL")
    try database.run("BEGIN IMMEDIATE")
    try database.run(
      """
      CREATE TABLE IF NOT EXISTS sessions(
        id INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL)
      """)
    try database.run(
      """
      CREATE TABLE IF NOT EXISTS cells(
        session INTEGER NOT NULL, line INTEGER NOT NULL, source TEXT NOT NULL, output TEXT,
        PRIMARY KEY (session, line)) WITHOUT ROWID
      """)
    try database.run("COMMIT")
    return database
  }

  private func makeFolders(for path: String) {
    var folder = ""
    for component in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += folder.isEmpty && !path.hasPrefix("/") ? String(component) : "/\(component)"
      mkdir(folder, 0o700)
    }
  }
}
