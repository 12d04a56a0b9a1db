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
  let room = bytes.count - 8 - length
  var taken: [(Int, Int, String)] = []
  let text = String(decoding: bytes[8..<(8 + length)], as: UTF8.self)
  guard let header = try? JSONValue(parsing: text), let entries = header.objectValue else {
    throw failure("has a header that is not JSON")
  }
  var result: [String: Tensor] = [:]
  for (name, entry) in entries where name != "__metadata__" {
    guard let range = integers(entry["data_offsets"]), range.count == 2, range[0] >= 0,
      range[1] >= range[0], range[1] <= room
    else {
      throw failure("has no bytes for \(name): its data_offsets are not two places in the file")
    }
    guard let shape = integers(entry["shape"]), shape.count <= 64,
      shape.allSatisfy({ $0 >= 0 && $0 < 1 << 48 })
    else { throw failure("has no shape for \(name)") }
    let code = entry["dtype"]?.stringValue ?? "none"
    guard let type = readTypes[code], let width = type.last?.wholeNumberValue else {
      throw failure("has elements of type \(code) for \(name), which are not read")
    }
    guard let count = product(shape, room), count * width == range[1] - range[0] else {
      throw failure(
        "has \(range[1] - range[0]) bytes for \(name); shape \(shape) of \(code) needs others")
    }
    taken.append((range[0], range[1], name))
    let data = bytes[(8 + length + range[0])..<(8 + length + range[1])]
    result[name] = try Tensor.decode(data, type, shape, "\(path), \(name)")
  }
  // The format has neither holes nor overlaps.
  var end = 0
  for (from, to, name) in taken.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
    guard from == end else {
      throw failure("has \(from < end ? "overlapping bytes" : "a hole") before \(name)")
    }
    end = to
  }
  guard end == room else { throw failure("has \(room - end) bytes that belong to no tensor") }
  return result
}

private let readTypes = [
  "F32": "f4", "F64": "f8", "I32": "i4", "I64": "i8", "BOOL": "b1", "U8": "u1", "F16": "f2",
  "BF16": "bf2", "I8": "i1", "I16": "i2", "U16": "u2", "U32": "u4", "U64": "u8",
]

/// Whole numbers, and nothing else.
private func integers(_ value: JSONValue?) -> [Int]? {
  guard let all = value?.arrayValue else { return nil }
  let whole = all.compactMap(\.intValue)
  return whole.count == all.count ? whole : nil
}

/// Writes tensors to a `.safetensors` file.
public func saveSafetensors(_ tensors: [String: Tensor], _ path: String) throws(TensorFileError) {
  var header: [String: JSONValue] = [:]
  var data: [UInt8] = []
  for name in tensors.keys.sorted() {
    guard let tensor = tensors[name] else { continue }
    let bytes = tensor.rawBytes
    let code =
      switch tensor.dtype {
      case .float32: "F32"
      case .float64: "F64"
      case .int32: "I32"
      case .bool: "BOOL"
      case .int64: "I64"
      case .uint8: "U8"
      case .float16: "F16"
      case .bfloat16: "BF16"
      }
    header[name] = [
      "dtype": .string(code),
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
