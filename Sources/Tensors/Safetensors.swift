import Display

// The safetensors format: the header's length in 8 bytes, a JSON header, the elements
// (huggingface.co/docs/safetensors).

/// Reads all tensors of a `.safetensors` file by name.
///
/// - Throws: ``TensorFileError``.
public func loadSafetensors(_ path: String) throws(TensorFileError) -> [String: Tensor] {
  func failure(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
  let bytes = try readBytes(path)
  guard bytes.count >= 8 else { throw failure("is not in the safetensors format") }
  let length = integer(bytes[0..<8])
  guard length >= 0, length <= bytes.count - 8 else { throw failure("ends in its header") }
  let text = String(decoding: bytes[8..<(8 + length)], as: UTF8.self)
  guard let header = try? JSONValue(parsing: text), let entries = header.objectValue else {
    throw failure("has a header that is not JSON")
  }
  var result: [String: Tensor] = [:]
  for (name, entry) in entries where name != "__metadata__" {
    let shape = (entry["shape"]?.arrayValue ?? []).compactMap(\.intValue)
    let range = (entry["data_offsets"]?.arrayValue ?? []).compactMap(\.intValue)
    guard range.count == 2, range[0] >= 0, range[1] >= range[0],
      8 + length + range[1] <= bytes.count
    else { throw failure("has no bytes for \(name)") }
    let types = ["F32": "f4", "F64": "f8", "I32": "i4", "I64": "i8", "BOOL": "b1", "U8": "u1"]
    guard let type = types[entry["dtype"]?.stringValue ?? ""],
      let width = type.last?.wholeNumberValue,
      shape.allSatisfy({ $0 >= 0 && $0 <= bytes.count }),
      shape.reduce(Double(width), { $0 * Double($1) }) == Double(range[1] - range[0])
    else { throw failure("has a type or shape for \(name) that is not read") }
    let data = bytes[(8 + length + range[0])..<(8 + length + range[1])]
    result[name] = try Tensor.decode(data, type, shape, path)
  }
  return result
}

/// Writes tensors to a `.safetensors` file.
public func saveSafetensors(_ tensors: [String: Tensor], _ path: String) throws(TensorFileError) {
  var header: [String: JSONValue] = [:]
  var data: [UInt8] = []
  for name in tensors.keys.sorted() {
    guard let tensor = tensors[name] else { continue }
    let bytes = tensor.rawBytes
    let types: [DType: String] = [.float32: "F32", .float64: "F64", .int32: "I32", .bool: "BOOL"]
    header[name] = [
      "dtype": .string(types[tensor.dtype] ?? ""),
      "shape": .array(tensor.shape.map { .integer($0) }),
      "data_offsets": [.integer(data.count), .integer(data.count + bytes.count)],
    ]
    data += bytes
  }
  var text = Array(JSONValue.object(header).text.utf8)
  while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
  try writeBytes(littleEndian(text.count, 8) + text + data, path)
}

extension Model {
  /// Writes parameters and state under their names to a `.safetensors` file.
  public func save(_ path: String) throws(TensorFileError) {
    var tensors: [String: Tensor] = [:]
    for (name, value) in namedState { tensors[name.isEmpty ? "value" : name] = value }
    try saveSafetensors(tensors, path)
  }

  /// Reads parameters and state from a `.safetensors` file; names and shapes must agree.
  public mutating func load(_ path: String) throws(TensorFileError) {
    try load(loadSafetensors(path), from: path)
  }

  /// Takes parameters and state from tensors by name.
  ///
  /// - Parameter path: what errors name as their source.
  /// - Throws: if a name is missing or a shape differs; the model is then unchanged.
  public mutating func load(_ tensors: [String: Tensor], from path: String) throws(TensorFileError)
  {
    for (name, value) in namedState {
      guard let found = tensors[name.isEmpty ? "value" : name] else {
        throw TensorFileError(path: path, reason: "has no tensor for \(name)")
      }
      guard found.shape == value.shape else {
        throw TensorFileError(
          path: path, reason: "has shape \(found.shape) for \(name), not \(value.shape)")
      }
    }
    updateState { name, tensor in
      if let found = tensors[name.isEmpty ? "value" : name] {
        tensor = found.cast(to: tensor.dtype)
      }
    }
  }
}
