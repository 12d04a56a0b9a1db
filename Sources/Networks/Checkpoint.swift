import Tensors

/// What goes into a file so that a training can be resumed: tensors by name.
///
/// ```swift
/// var file = Checkpoint()
/// file.write(actor, under: "actor")
/// file.write(critic, under: "critic")
/// try file.save("agent.safetensors")
/// ```
public struct Checkpoint {
  /// Everything in the checkpoint, by name.
  public private(set) var tensors: [String: Tensor]
  /// What errors name.
  private let path: String

  /// An empty checkpoint.
  public init() {
    tensors = [:]
    path = "checkpoint"
  }

  /// - Throws: ``TensorFileError``.
  public init(_ path: String) throws(TensorFileError) {
    tensors = try loadSafetensors(path)
    self.path = path
  }

  /// Writes a file in the form of safetensors, whole or not at all.
  ///
  /// Of several ``Ranks`` the first one writes, and the others wait for it.
  public func save(_ path: String) throws(TensorFileError) {
    if Ranks.current.isFirst { try saveSafetensors(tensors, path) }
    Ranks.current.wait()
  }

  /// One tensor; `nil` takes it out.
  public subscript(_ name: String) -> Tensor? {
    get { tensors[name] }
    set { tensors[name] = newValue }
  }

  /// A tensor that must be there.
  public func required(_ name: String) throws(TensorFileError) -> Tensor {
    guard let found = tensors[name] else { throw failure("has nothing called \(name)") }
    return found
  }

  /// Writes parameters and state of a model under a prefix.
  public mutating func write(_ model: some Model, under prefix: String) {
    for (name, value) in model.namedState { tensors["\(prefix).\(name)"] = value }
  }

  /// Reads what ``write(_:under:)`` has written.
  public func read<M: Model>(_ model: inout M, under prefix: String) throws(TensorFileError) {
    var own: [String: Tensor] = [:]
    for (name, value) in tensors where name.hasPrefix("\(prefix).") {
      let rest = String(name.dropFirst(prefix.count + 1))
      own[rest.isEmpty ? "value" : rest] = value
    }
    try model.load(own, from: "\(path), \(prefix)")
  }

  /// Writes tensors in order under a name.
  public mutating func write(_ list: [Tensor], as name: String) {
    tensors["\(name).count"] = Tensor(list.count)
    for (i, tensor) in list.enumerated() { tensors["\(name).\(i)"] = tensor }
  }

  /// The tensors that were written under a name, in order.
  ///
  /// - Throws: ``TensorFileError`` where one is missing.
  public func list(_ name: String) throws(TensorFileError) -> [Tensor] {
    var found: [Tensor] = []
    for i in 0..<Int(try required("\(name).count")) { found.append(try required("\(name).\(i)")) }
    return found
  }

  /// Writes numbers in full precision.
  public mutating func write(_ numbers: [Double], as name: String) {
    tensors[name] = Tensor(numbers, shape: [numbers.count], dtype: .float64)
  }

  /// Writes a text, such as the settings that a training depends on.
  public mutating func write(_ text: String, as name: String) {
    tensors[name] = Tensor(Array(text.utf8).map(Int.init), shape: [text.utf8.count], dtype: .int32)
  }

  /// The text that was written under a name.
  ///
  /// - Throws: ``TensorFileError`` where it is missing.
  public func text(_ name: String) throws(TensorFileError) -> String {
    String(decoding: try required(name).integers.map { UInt8($0) }, as: UTF8.self)
  }

  /// Refuses a file that was written with other settings.
  public func requireText(_ text: String, as name: String) throws(TensorFileError) {
    let found = try self.text(name)
    guard found == text else {
      throw failure("was written with \(found); it cannot be resumed with \(text)")
    }
  }

  func failure(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
}
