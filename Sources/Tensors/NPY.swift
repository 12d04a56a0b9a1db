// NumPy's files: `.npy` holds one array, `.npz` is a zip archive of them
// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).

private func npyBytes(_ tensor: Tensor) -> [UInt8] {
  let code =
    switch tensor.dtype {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int32: "<i4"
    case .bool: "|b1"
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
    throw TensorFileError(path: path, reason: "is big-endian, which is not read")
  }
  var shape: [Int] = []
  var count = 1
  for part in extents.split(separator: ",") {
    let (product, overflows) = count.multipliedReportingOverflow(
      by: Int(part.filter { $0 != " " }) ?? -1)
    guard product >= 0, !overflows else {
      throw TensorFileError(path: path, reason: "has a shape that is not understood")
    }
    if let extent = Int(part.filter { $0 != " " }) { shape.append(extent) }
    count = product
  }
  let type = String(descr.drop { "<|=".contains($0) })
  guard let size = type.last?.wholeNumberValue, count <= data.count,
    data.count - start == count * size
  else { throw TensorFileError(path: path, reason: "has not as many bytes as its shape needs") }
  if order == "True" {
    return try Tensor.decode(data[start...], type, shape.reversed(), path).T
  }
  return try Tensor.decode(data[start...], type, shape, path)
}

extension Tensor {
  /// Reads a `.npy` file.
  ///
  /// Types that tensors do not have become `int32`, where they fit.
  /// - Throws: ``TensorFileError``.
  public init(npy path: String) throws(TensorFileError) {
    self = try npyTensor(readBytes(path)[...], path)
  }

  /// Writes a `.npy` file, which `numpy.load` reads.
  public func save(npy path: String) throws(TensorFileError) {
    try writeBytes(npyBytes(self), path)
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
    if let tensor = tensors[key] { members.append((key + ".npy", npyBytes(tensor))) }
  }
  try writeBytes(zipArchive(members), path)
}
