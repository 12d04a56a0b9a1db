import Tensors

/// Named parts of a row of numbers: of a context, or of a variable.
///
/// ```swift
/// let code: Parts = ["mean": [2], "logDeviation": [2]]
/// let y = code(rows)                            // rows [n, 4]
/// y.mean                                        // [n, 2]
/// code.joined(["mean": m, "logDeviation": s])   // [n, 4]
/// ```
///
/// A context that holds data for the objective and an input for the model is one tensor, so that
/// solvers can drop its rows and gradients flow through it; its parts have shapes of their own. Which
/// of them a network reads is said by ``Reading``.
public struct Parts: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// One part: a name, the shape that each row of it has, and the columns it lies in.
  public struct Part: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// The shape of one row of it.
    public let shape: [Int]
    /// The columns that it fills.
    public let columns: Range<Int>
  }

  /// In the order of the columns.
  public let all: [Part]

  /// Parts in order, each with the shape of one row of it; `[]` is a single number.
  public init(_ shapes: [(name: String, shape: [Int])]) {
    var found: [Part] = []
    var next = 0
    for (name, shape) in shapes {
      guard !found.contains(where: { $0.name == name }), shape.allSatisfy({ $0 > 0 }) else {
        fatalError("Parts: '\(name)' of shape \(shape); names differ, and sizes are positive")
      }
      let size = shape.reduce(1, *)
      found.append(Part(name: name, shape: shape, columns: next..<(next + size)))
      next += size
    }
    all = found
  }

  public init(dictionaryLiteral elements: (String, [Int])...) {
    self.init(elements.map { (name: $0.0, shape: $0.1) })
  }

  /// Numbers in one row.
  public var width: Int { all.last?.columns.upperBound ?? 0 }

  /// The part of a name.
  ///
  /// Stops the cell when there is none.
  public subscript(_ name: String) -> Part {
    guard let found = all.first(where: { $0.name == name }) else {
      fatalError("Parts: no '\(name)'; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return found
  }

  /// Rows taken apart.
  ///
  /// - Shapes: rows `[…, width]`.
  public func callAsFunction(_ rows: Tensor) -> PartsOfRows {
    guard rows.ndim > 0, rows.dim(-1) == width else {
      fatalError("Parts: rows of shape \(rows.shape); the parts have \(width) numbers in all")
    }
    return PartsOfRows(parts: self, rows: rows)
  }

  /// Rows put together from their parts; their leading axes are broadcast.
  ///
  /// - Shapes: each `[n] + shape` → `[n, width]`.
  public func joined(_ values: [String: Tensor]) -> Tensor {
    guard values.count == all.count else {
      fatalError("Parts: \(values.keys.sorted()) given, \(all.map(\.name)) needed")
    }
    var columns: [Tensor] = []
    for part in all {
      guard let value = values[part.name] else { fatalError("Parts: nothing for '\(part.name)'") }
      let lead = value.ndim - part.shape.count
      guard lead >= 0, Array(value.shape.suffix(part.shape.count)) == part.shape else {
        fatalError("Parts: shape \(value.shape) for '\(part.name)', rows of shape \(part.shape)")
      }
      columns.append(value.reshaped(Array(value.shape[..<lead]) + [part.columns.count]))
    }
    let longest = columns.max { $0.ndim < $1.ndim }.map { Array($0.shape.dropLast()) } ?? []
    return concatenate(
      columns.map { column in
        let shape = longest + [column.dim(-1)]
        return column.shape == shape ? column : column.broadcast(to: shape)
      }, axis: -1)
  }
}

/// Rows with named parts: `x.support`, or `x["support"]`.
@dynamicMemberLookup
public struct PartsOfRows {
  /// The names.
  public let parts: Parts
  /// All of them, `[…, width]`.
  public let rows: Tensor

  /// - Shapes: `[…] + shape`.
  public subscript(_ name: String) -> Tensor {
    let part = parts[name]
    let columns = rows[.ellipsis, part.columns]
    if part.shape.count == 1 { return columns }
    return columns.reshaped(Array(rows.shape.dropLast()) + part.shape)
  }

  /// The part of a name that is an identifier.
  public subscript(dynamicMember name: String) -> Tensor { self[name] }
}

/// A network that reads some parts of a row: alone in its own shape, several one after another.
///
/// ```swift
/// let contexts: Parts = ["query": [20], "alignment": [500, 20]]
/// FullyAmortized(Reading("query", of: contexts, MLP([20, 64, 210])))
/// ```
public struct Reading<Network: Layer>: Layer {
  /// What reads the parts.
  public var network: Network
  /// The parts of a row.
  public let parts: Parts
  /// Those that are read, in the order in which they are joined.
  public let names: [String]

  /// A network that reads the parts of these names.
  public init(_ names: String..., of parts: Parts, _ network: Network) {
    if names.isEmpty { stop("Reading: at least one part") }
    for name in names { _ = parts[name] }
    self.network = network
    self.parts = parts
    self.names = names
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let row = parts(x)
    if names.count == 1 { return network(row[names[0]]) }
    return network(concatenate(names.map { x[.ellipsis, parts[$0].columns] }, axis: -1))
  }
}

extension Reading: Sendable where Network: Sendable {}
