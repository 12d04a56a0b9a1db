import Tensors

/// A matrix of which only the entries that are not zero are stored, by compressed columns.
///
/// ```swift
/// let d = SparseMatrix(rows: 2, columns: 3, entries: [(0, 0, -1), (0, 1, 1), (1, 1, -1), (1, 2, 1)])
/// d.dense   // [[-1.0, 1.0, 0.0], [0.0, -1.0, 1.0]]
/// ```
public struct SparseMatrix: Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Where each column begins in ``values``; one more than columns.
  public let columnStarts: [Int32]
  /// The row of each value, ascending within a column.
  public let rowIndices: [Int32]
  /// The entries.
  public let values: [Double]

  /// From entries in any order; entries at one place are added.
  ///
  /// An index outside the matrix stops the cell.
  public init(rows: Int, columns: Int, entries: [(row: Int, column: Int, value: Double)]) {
    var starts = [Int](repeating: 0, count: columns + 1)
    for entry in entries {
      guard (0..<rows).contains(entry.row), (0..<columns).contains(entry.column) else {
        stop("SparseMatrix: entry (\(entry.row), \(entry.column)) outside \(rows) × \(columns)")
      }
      starts[entry.column + 1] += 1
    }
    for j in 0..<columns { starts[j + 1] += starts[j] }
    var next = starts
    var places = [Int](repeating: 0, count: entries.count)
    for (k, entry) in entries.enumerated() {
      places[next[entry.column]] = k
      next[entry.column] += 1
    }
    var compressed: [Int32] = [0]
    var indices: [Int32] = []
    var numbers: [Double] = []
    for j in 0..<columns {
      let column = places[starts[j]..<starts[j + 1]].sorted { entries[$0].row < entries[$1].row }
      let begin = indices.count
      for k in column {
        if indices.count > begin, indices[indices.count - 1] == Int32(entries[k].row) {
          numbers[numbers.count - 1] += entries[k].value
        } else {
          indices.append(Int32(entries[k].row))
          numbers.append(entries[k].value)
        }
      }
      compressed.append(Int32(indices.count))
    }
    self.rows = rows
    self.columns = columns
    columnStarts = compressed
    rowIndices = indices
    values = numbers
  }

  /// The entries of a tensor [rows, columns] that are not zero.
  public init(_ dense: Tensor) {
    guard dense.ndim == 2 else { stop("SparseMatrix: a matrix is needed, not \(dense.shape)") }
    let (n, m) = (dense.shape[0], dense.shape[1])
    let numbers = dense.doubles
    var entries: [(row: Int, column: Int, value: Double)] = []
    for i in 0..<n {
      for j in 0..<m where numbers[i * m + j] != 0 { entries.append((i, j, numbers[i * m + j])) }
    }
    self.init(rows: n, columns: m, entries: entries)
  }

  /// The matrix as a tensor [rows, columns], in float64.
  public var dense: Tensor {
    var numbers = [Double](repeating: 0, count: rows * columns)
    forEach { numbers[$0 * columns + $1] += $2 }
    return Tensor(numbers, shape: [rows, columns], dtype: .float64)
  }

  /// Calls `body` with row, column and value of each entry, by columns.
  public func forEach(_ body: (_ row: Int, _ column: Int, _ value: Double) throws -> Void) rethrows
  {
    for j in 0..<columns {
      for k in Int(columnStarts[j])..<Int(columnStarts[j + 1]) {
        try body(Int(rowIndices[k]), j, values[k])
      }
    }
  }

  /// The matrix times a vector.
  public static func * (a: SparseMatrix, x: [Double]) -> [Double] {
    guard x.count == a.columns else {
      stop("SparseMatrix: \(a.rows) × \(a.columns) times a vector of \(x.count)")
    }
    var out = [Double](repeating: 0, count: a.rows)
    a.forEach { out[$0] += $2 * x[$1] }
    return out
  }
}
