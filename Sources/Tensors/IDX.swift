/// Reads an IDX file, the format of the MNIST digits (yann.lecun.com/exdb/mnist).
///
/// - Throws: ``TensorFileError``.
public func loadIDX(_ path: String) throws(TensorFileError) -> Tensor {
  let bytes = try readBytes(path)
  guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8 else {
    throw TensorFileError(path: path, reason: "is not an IDX file of bytes")
  }
  let ndim = Int(bytes[3])
  let start = 4 + 4 * ndim
  guard bytes.count >= start else { throw TensorFileError(path: path, reason: "ends too early") }
  let shape = (0..<ndim).map { i in
    bytes[(4 + 4 * i)..<(8 + 4 * i)].reduce(0) { $0 << 8 | Int($1) }
  }
  guard ndim <= 64, product(shape, bytes.count) == bytes.count - start else {
    throw TensorFileError(path: path, reason: "has not as many bytes as its shape \(shape) needs")
  }
  return try Tensor.decode(bytes[start...], "u1", shape, path)
}

/// Reads numbers separated by commas, one row a line; lines before `skipping` are left out.
///
/// - Throws: ``TensorFileError`` that names the line and column of what is not a number.
public func loadCSV(_ path: String, skipping: Int = 0, separator: Character = ",")
  throws(TensorFileError) -> Tensor
{
  var bytes = try readBytes(path)
  if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
  let text = String(decoding: bytes, as: UTF8.self)
  var rows: [[Double]] = []
  let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  for (i, line) in lines.enumerated() where i >= skipping {
    // Empty lines count, but hold no row.
    if line.allSatisfy(\.isWhitespace) { continue }
    var row: [Double] = []
    for (j, field) in line.split(separator: separator, omittingEmptySubsequences: false)
      .enumerated()
    {
      guard let value = Double(field.filter { !$0.isWhitespace }) else {
        throw TensorFileError(
          path: path,
          reason: "line \(i + 1), column \(j + 1): \"\(field.prefix(40))\" is not a number"
            + (rows.isEmpty && i == 0 ? "; leave out a line of names by skipping: 1" : ""))
      }
      row.append(value)
    }
    guard rows.isEmpty || rows[0].count == row.count else {
      throw TensorFileError(
        path: path, reason: "line \(i + 1) has \(row.count) numbers, others \(rows[0].count)")
    }
    rows.append(row)
  }
  return Tensor(rows)
}
