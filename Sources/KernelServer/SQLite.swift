import Glibc
internal import _CSQLite

/// Why the database did not do as it was told.
struct SQLiteError: Error, CustomStringConvertible {
  let description: String
  /// Whether another process is in the way, so that trying again may help.
  var isBusy = false
}

/// A connection to an SQLite database; used by one thread at a time.
final class SQLiteDatabase {
  enum Value {
    case integer(Int)
    case text(String)
    case null
  }

  private let handle: OpaquePointer

  /// Opens the database at `path`, made if need be; `":memory:"` is a database without a file.
  init(path: String) throws(SQLiteError) {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let status = sqlite3_open_v2(path, &handle, flags, nil)
    guard status == SQLITE_OK, let handle else {
      sqlite3_close_v2(handle)
      throw SQLiteError(description: "\(path): \(String(cString: sqlite3_errstr(status)))")
    }
    self.handle = handle
    // Other kernels write too, for moments: wait for them rather than fail.
    sqlite3_busy_timeout(handle, 200)
  }

  deinit { sqlite3_close_v2(handle) }

  /// The key of the row that was inserted last.
  var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(handle)) }

  /// Runs one statement and returns its rows.
  @discardableResult
  func run(_ statement: String, _ arguments: [Value] = []) throws(SQLiteError) -> [[Value]] {
    var prepared: OpaquePointer?
    guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else {
      throw lastError
    }
    defer { sqlite3_finalize(prepared) }
    for (index, argument) in arguments.enumerated() { bind(argument, Int32(index + 1), prepared) }
    var rows: [[Value]] = []
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        rows.append((0..<sqlite3_column_count(prepared)).map { Self.column($0, prepared) })
      case SQLITE_DONE: return rows
      default: throw lastError
      }
    }
  }

  private var lastError: SQLiteError {
    let isBusy = [SQLITE_BUSY, SQLITE_LOCKED].contains(sqlite3_errcode(handle))
    return SQLiteError(description: String(cString: sqlite3_errmsg(handle)), isBusy: isBusy)
  }

  private func bind(_ value: Value, _ index: Int32, _ statement: OpaquePointer?) {
    switch value {
    case .integer(let value): sqlite3_bind_int64(statement, index, Int64(value))
    case .text(let text):
      // The destructor −1 asks the library to copy the text.
      let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      sqlite3_bind_text(statement, index, text, Int32(clamping: text.utf8.count), copy)
    case .null: sqlite3_bind_null(statement, index)
    }
  }

  private static func column(_ index: Int32, _ statement: OpaquePointer?) -> Value {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, index)))
    case SQLITE_NULL: return .null
    default:
      let bytes = UnsafeBufferPointer(
        start: sqlite3_column_text(statement, index),
        count: Int(sqlite3_column_bytes(statement, index)))
      return .text(String(decoding: bytes, as: UTF8.self))
    }
  }
}
