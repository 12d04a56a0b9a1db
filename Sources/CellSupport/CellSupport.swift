// What the text of a rewritten cell calls. Every name begins with `_cell`, so that nothing here
// can be taken for something of the reader's.

public import Display
internal import _CCellRunner

/// Shows the value of a cell's last expression.
public func _cellShow<Value>(_ value: Value) {
  _CellRuntime.showResult(mimeBundle(of: value))
}

/// Statements without a value show nothing.
public func _cellShow(_ value: Void) {}

/// A value that cannot be copied cannot be looked into either.
public func _cellShow<Value: ~Copyable>(_ value: borrowing Value) {
  _CellRuntime.showResult(MimeBundle(text: "\(Value.self)"))
}

/// Shows the value of an `if` or `switch` expression, which may stand only where a closure returns
/// it.
public func _cellShowChoice<Value>(_ choice: () throws -> Value) rethrows {
  let value = try choice()
  if !(value is Void) { _cellShow(value) }
}

/// What `%who` asks of the variables: their sizes, in JSON.
public struct _CellSizes: Displayable {
  private var sizes: [String: JSONValue] = [:]

  public init() {}

  public func adding<Value>(_ name: String, _ value: Value) -> _CellSizes {
    var copy = self
    copy.sizes[name] = .integer(byteCount(of: value))
    return copy
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: JSONValue.object(sizes).text) }
}

/// Stands for the value of a variable of an earlier cell, whose code is elsewhere; never called.
public func _cellAbsent<Value: ~Copyable>() -> Value { fatalError("a stand-in has no code") }

/// Gives a variable of an earlier cell a new value of the same type, and hands back the old one for
/// its end.
public func _cellAssign<Value: ~Copyable>(_ variable: inout Value, _ value: inout Value) {
  swap(&variable, &value)
}

/// Ends the value of a variable that nothing can name any more.
public func _cellRelease<Value: ~Copyable>(_ variable: inout Value) {
  // A parameter of pointer type would take the address of an array's elements.
  withUnsafeMutablePointer(to: &variable) { _ = $0.deinitialize(count: 1) }
}

/// Gives code of a cell a variable of an earlier cell to change, as the compiler lets spans of it
/// live only in a function that has it as a parameter.
public func _cellModify<Variable: ~Copyable, Value, Failure: Error>(
  _ variable: inout Variable, _ body: (inout Variable) throws(Failure) -> Value
) throws(Failure) -> Value { try body(&variable) }

/// Says that the first `count` statements of the running cell are done, so that names whose
/// initialiser never ran are known.
public func _cellStep(_ count: Int) {
  _CellRuntime.completedSteps = count
}

/// Runs an asynchronous expression of a cell's top level on the task pool while the cell's thread
/// waits.
public func _cellAwait<Value, Failure: Error>(
  _ body: @escaping () async throws(Failure) -> Value
) throws(Failure) -> Value {
  let wait = AwaitBox<Value, Failure>()
  // The closure is handed over: this thread does nothing until the task is done with it.
  nonisolated(unsafe) let body = body
  let task = Task {
    do throws(Failure) {
      wait.result = .success(try await body())
    } catch {
      wait.result = .failure(error)
    }
    cell_wait_finish(wait.handle)
  }
  if !cell_wait(wait.handle) {
    task.cancel()
    cell_wait_briefly(wait.handle)
    cell_runner_stop_here()
  }
  return try wait.result!.get()
}

/// Runs code of a cell's top level on the main actor, where a whole program's top level would be.
public func _cellOnMain<Value, Failure: Error>(
  _ body: @escaping @MainActor () async throws(Failure) -> Value
) throws(Failure) -> Value {
  try _cellAwait { () async throws(Failure) -> Value in try await handedOver(body).value }
}

@MainActor private func handedOver<Value, Failure: Error>(
  _ body: @MainActor () async throws(Failure) -> Value
) async throws(Failure) -> HandedOver<Value> { HandedOver(value: try await body()) }

/// A value that the main actor gives to a cell that did nothing meanwhile.
private struct HandedOver<Value>: @unchecked Sendable { let value: Value }

/// Where a waiting cell and its task meet.
private final class AwaitBox<Value, Failure: Error>: @unchecked Sendable {
  // Written by the task before it finishes the wait, read by the cell after: `handle` orders them.
  nonisolated(unsafe) var result: Result<Value, Failure>?
  let handle = cell_wait_create()

  deinit { cell_wait_destroy(handle) }
}

/// State of the running cell, for the process that runs cells.
public enum _CellRuntime {
  /// Called with the value of the last expression.
  ///
  /// Set once, before the first cell.
  nonisolated(unsafe) public static var showResult: (MimeBundle) -> Void = { _ in }

  /// Only the running cell's thread writes it, and it is read when that has ended or is parked.
  nonisolated(unsafe) public static var completedSteps = 0

  /// The run of a cell on whose behalf a task works; tasks inherit it from the cell.
  @TaskLocal public static var tag: Int64 = 0
}

/// Encodes a property of a type whose coding a cell leaves to be written.
public func _cellEncode<Value: Encodable, Key>(
  _ value: Value, _ key: Key, in container: inout KeyedEncodingContainer<Key>
) throws {
  try container.encode(value, forKey: key)
}

/// Encodes a property that may be missing.
public func _cellEncode<Value: Encodable, Key>(
  _ value: Value?, _ key: Key, in container: inout KeyedEncodingContainer<Key>
) throws {
  try container.encodeIfPresent(value, forKey: key)
}

/// Decodes a property of a type whose coding a cell leaves to be written.
@_disfavoredOverload
public func _cellDecode<Value: Decodable, Key>(
  _ key: Key, from container: KeyedDecodingContainer<Key>
) throws -> Value {
  try container.decode(Value.self, forKey: key)
}

/// Decodes a property that may be missing.
public func _cellDecode<Value: Decodable, Key>(
  _ key: Key, from container: KeyedDecodingContainer<Key>
) throws -> Value? {
  try container.decodeIfPresent(Value.self, forKey: key)
}
