// NumPy's files: `.npy` holds one array, `.npz` is a zip archive of them
// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).

private func npyBytes(_ tensor: Tensor, _ path: String) throws(TensorFileError) -> [UInt8] {
  let code: String? =
    switch tensor.dtype {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int32: "<i4"
    case .bool: "|b1"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .float16: "<f2"
    case .bfloat16: nil
    }
  guard let code else {
    throw TensorFileError(
      path: path, reason: "NumPy has no bfloat16: save x.cast(to: .float32), or safetensors")
  }
  let extents = tensor.shape.map { "\($0)," }.joined(separator: " ")
  var header = "{'descr': '\(code)', 'fortran_order': False, 'shape': (\(extents)), }"
  // The data begin at a multiple of 64 bytes.
  while (header.utf8.count + 11) % 64 != 0 { header += " " }
  header += "\n"
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(header.utf8.count, 2)
    + Array(header.utf8) + tensor.rawBytes
}

private func npyTensor(_ bytes: ArraySlice<UInt8>, _ path: String) throws(TensorFileError)
  -> Tensor
{
  let data = Array(bytes)
  guard data.count >= 12, data[0] == 0x93, Array(data[1..<6]) == Array("NUMPY".utf8) else {
    throw TensorFileError(path: path, reason: "is not in NumPy's format")
  }
  let width = data[6] == 1 ? 2 : 4
  let length = integer(data[8..<(8 + width)])
  let start = 8 + width + length
  guard start <= data.count else { throw TensorFileError(path: path, reason: "ends in its header") }
  let header = String(decoding: data[(8 + width)..<start], as: UTF8.self)
  func failure(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
  func quoted(_ key: String) -> Substring? {
    guard let at = header.firstRange(of: "'\(key)':") else { return nil }
    let rest = header[at.upperBound...].drop { $0 == " " }
    guard let first = rest.first else { return nil }
    if first == "'" { return rest.dropFirst().prefix { $0 != "'" } }
    if first == "(" { return rest.dropFirst().prefix { $0 != ")" } }
    return rest.prefix { $0.isLetter }
  }
  guard let descr = quoted("descr"), let order = quoted("fortran_order"),
    let extents = quoted("shape")
  else { throw TensorFileError(path: path, reason: "has a header that is not understood") }
  guard !descr.hasPrefix(">") else {
    throw failure(
      "is big-endian, which is not read; in Python: a.astype(a.dtype.newbyteorder('<'))")
  }
  let type = String(descr.drop { "<|=".contains($0) })
  let sizes = ["1": 1, "2": 2, "4": 4, "8": 8]
  guard let kind = type.first, "fiub".contains(kind), let size = sizes[String(type.dropFirst())]
  else {
    let what = ["U": "strings", "S": "byte strings", "O": "Python objects", "c": "complex numbers"]
    throw failure(
      "holds \(what[String(type.prefix(1))] ?? "elements of type \(descr)"), which are not read")
  }
  let shape = try parsedShape(extents, failure)
  guard let count = product(shape, data.count), data.count - start == count * size else {
    throw failure(
      "has \(data.count - start) bytes of elements; shape \(shape) of \(size) bytes each needs others"
    )
  }
  guard order == "True" || order == "False" else {
    throw failure("has a header that is not understood")
  }
  if order == "True" {
    return try Tensor.decode(data[start...], type, shape.reversed(), path).T
  }
  return try Tensor.decode(data[start...], type, shape, path)
}

private func parsedShape(_ text: Substring, _ failure: (String) -> TensorFileError)
  throws(TensorFileError) -> [Int]
{
  var shape: [Int] = []
  let parts = text.filter { $0 != " " }.split(separator: ",", omittingEmptySubsequences: false)
  for (i, part) in parts.enumerated() where !(part.isEmpty && i == parts.count - 1) {
    guard let extent = Int(part), extent >= 0, extent < 1 << 48 else {
      throw failure("has the shape (\(text)), which is not understood")
    }
    shape.append(extent)
  }
  guard shape.count <= 64 else { throw failure("has \(shape.count) axes; 64 are read") }
  return shape
}

/// The number of elements, if it is at most `limit`.
func product(_ shape: [Int], _ limit: Int) -> Int? {
  if shape.contains(0) { return 0 }
  var count = 1
  for extent in shape {
    let (next, overflows) = count.multipliedReportingOverflow(by: extent)
    if overflows || next > limit { return nil }
    count = next
  }
  return count
}

extension Tensor {
  /// Reads a `.npy` file.
  ///
  /// Integers of types that tensors do not have become the next larger type.
  /// - Throws: ``TensorFileError``.
  public init(npy path: String) throws(TensorFileError) {
    self = try npyTensor(readBytes(path)[...], path)
  }

  /// Writes a `.npy` file, which `numpy.load` reads.
  public func save(npy path: String) throws(TensorFileError) {
    try writeBytes(npyBytes(self, path), path)
  }
}

/// Reads the arrays of a `.npz` file, compressed or not.
///
/// - Throws: ``TensorFileError``.
public func loadNPZ(_ path: String) throws(TensorFileError) -> [String: Tensor] {
  var result: [String: Tensor] = [:]
  for (name, bytes) in try zipMembers(readBytes(path), path) {
    let key = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
    result[key] = try npyTensor(bytes[...], path + "/" + name)
  }
  return result
}

/// Writes a `.npz` file, which `numpy.load` reads; not compressed.
public func saveNPZ(_ tensors: [String: Tensor], _ path: String) throws(TensorFileError) {
  var members: [(String, [UInt8])] = []
  for key in tensors.keys.sorted() {
    if let tensor = tensors[key] {
      members.append((key + ".npy", try npyBytes(tensor, path + "/" + key)))
    }
  }
  try writeBytes(zipArchive(members, path), path)
}
