/// Writes a matrix as numbers separated by commas, one row a line; a vector as one column.
///
/// ``loadCSV(_:skipping:separator:)`` reads the same numbers again.
///
/// - Parameters:
///   - header: names of the columns, as a first line; `loadCSV` leaves it out with `skipping: 1`.
public func saveCSV(
  _ x: Tensor, _ path: String, header: [String] = [], separator: Character = ","
) throws(TensorFileError) {
  guard x.ndim == 1 || x.ndim == 2 else {
    stop("saveCSV: a matrix or vector, not shape \(x.shape)")
  }
  let columns = x.ndim == 1 ? 1 : x.shape[1]
  guard header.isEmpty || header.count == columns else {
    stop("saveCSV: \(header.count) names for \(columns) columns")
  }
  let isWhole = !x.dtype.isFloating
  let isSingle = x.dtype == .float32
  let values = x.doubles
  func text(_ value: Double) -> String {
    isWhole ? "\(Int(value))" : isSingle ? "\(Float(value))" : "\(value)"
  }
  let mark = String(separator)
  var lines = header.isEmpty ? [] : [header.map { quoted($0, separator) }.joined(separator: mark)]
  for row in 0..<x.shape[0] {
    let numbers = values[(row * columns)..<((row + 1) * columns)]
    lines.append(numbers.map(text).joined(separator: mark))
  }
  try writeBytes(Array((lines.joined(separator: "\n") + "\n").utf8), path)
}

/// A name as RFC 4180 wants it.
private func quoted(_ name: String, _ separator: Character) -> String {
  guard name.contains(where: { $0 == separator || $0 == "\"" || $0.isNewline }) else { return name }
  return "\"" + name.replacing("\"", with: "\"\"") + "\""
}
