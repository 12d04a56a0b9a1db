import Tensors

/// The distribution p(x) of the contexts of a family of problems.
///
/// ```swift
/// Contexts.uniform(-3, 3)                       // rows of one number
/// Contexts.rows(images)                         // data, a tenth of which is held out
/// Contexts { count, generator in                // anything
///   Tensor.gumbel([count, 4], from: &generator)
/// }
/// ```
///
/// Of a distribution, every draw is new. Of data, a part is held out: ``sample(_:from:)`` never
/// gives it, ``sampleHeldOut(_:from:)`` nothing else.
public struct Contexts {
  /// What contexts are drawn from.
  public enum Source: Sendable, Hashable {
    /// Every draw is new.
    case distribution
    /// So many rows of data to train on, and so many that are held out.
    case rows(training: Int, heldOut: Int)
  }

  /// What contexts are drawn from.
  public let source: Source
  private let draw: (Int, inout Generator) -> Tensor
  /// Gives at most as many as asked for.
  private let drawHeldOut: ((Int, inout Generator) -> Tensor)?

  /// Contexts by a function from a number of rows to a tensor `[count, …]`.
  public init(_ draw: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor) {
    self.init(.distribution, draw, nil)
  }

  /// Contexts made of data by two functions, one for training and one for what is held out, such as
  /// pairs of rows of disjoint data.
  public init(
    training draw: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor,
    heldOut: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor
  ) {
    self.init(.distribution, draw, heldOut)
  }

  private init(
    _ source: Source, _ draw: @escaping (Int, inout Generator) -> Tensor,
    _ drawHeldOut: ((Int, inout Generator) -> Tensor)?
  ) {
    self.source = source
    self.draw = draw
    self.drawHeldOut = drawHeldOut
  }

  /// `count` contexts to train on.
  ///
  /// - Shapes: `[count, …]`.
  public func sample(_ count: Int, from generator: inout Generator) -> Tensor {
    let rows = draw(count, &generator)
    guard rows.ndim > 0, rows.dim(0) == count else {
      fatalError("contexts: \(count) rows were asked for and shape \(rows.shape) came back")
    }
    return rows
  }

  /// `count` contexts to train on that a seed decides.
  public func sample(_ count: Int, seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    return sample(count, from: &generator)
  }

  /// Contexts that training does not see.
  ///
  /// Of a distribution new draws, of data the rows that are held out, each at most once. Of data
  /// without any, training rows: ``heldOutName(_:)`` says so.
  ///
  /// - Shapes: `[n, …]` with n ≤ `count`.
  public func sampleHeldOut(_ count: Int, from generator: inout Generator) -> Tensor {
    drawHeldOut?(count, &generator) ?? sample(count, from: &generator)
  }

  /// What `count` contexts of ``sampleHeldOut(_:from:)`` are, for tables.
  public func heldOutName(_ count: Int) -> String {
    switch source {
    case .distribution: drawHeldOut == nil ? "fresh contexts" : "held-out contexts"
    case .rows(_, 0): "training rows"
    case .rows(_, let all): "\(count) of \(all) held-out rows"
    }
  }

  /// Independent numbers, uniform in `[low, high)`.
  public static func uniform(_ low: Double, _ high: Double, dimension: Int = 1) -> Contexts {
    Contexts { count, generator in
      Tensor.uniform([count, dimension], low: low, high: high, dtype: .float64, from: &generator)
    }
  }

  /// Independent normal numbers.
  public static func normal(mean: Double = 0, std: Double = 1, dimension: Int = 1) -> Contexts {
    Contexts { count, generator in
      Tensor.normal([count, dimension], mean: mean, std: std, dtype: .float64, from: &generator)
    }
  }

  /// The rows of a tensor, drawn with replacement.
  ///
  /// - Parameters:
  ///   - heldOut: the share that is never trained on, at least one row; 0 for none. Equal rows are
  ///     held out together.
  ///   - seed: decides which.
  public static func rows(_ rows: Tensor, heldOut share: Double = 0.1, seed: Int = 0) -> Contexts {
    guard share >= 0, share < 1, rows.ndim > 0, rows.dim(0) > 0 else {
      fatalError("Contexts.rows: a share of \(share) held out of shape \(rows.shape)")
    }
    let (training, unseen) = split(rows, heldOut: share, seed: seed)
    return .rows(training, heldOut: unseen)
  }

  /// Rows to train on and rows that are held out; equal rows are on one side.
  ///
  /// - Returns: `nil` for the second where the share is 0 or all rows are equal.
  public static func split(_ rows: Tensor, heldOut share: Double, seed: Int = 0) -> (
    training: Tensor, heldOut: Tensor?
  ) {
    let (kept, unseen) = positions(rows, share, seed)
    return (rows.take(Tensor(kept)), unseen.isEmpty ? nil : rows.take(Tensor(unseen)))
  }

  /// The rows of a tensor, drawn with replacement, and rows of another that are held out.
  public static func rows(_ rows: Tensor, heldOut: Tensor?) -> Contexts {
    guard let heldOut else {
      return Contexts(.rows(training: rows.dim(0), heldOut: 0), drawing(rows), nil)
    }
    guard rows.shape.dropFirst() == heldOut.shape.dropFirst() else {
      fatalError("Contexts.rows: held-out rows of shape \(heldOut.shape), others \(rows.shape)")
    }
    return Contexts(
      .rows(training: rows.dim(0), heldOut: heldOut.dim(0)), drawing(rows)
    ) { count, generator in
      if count >= heldOut.dim(0) { return heldOut }
      return heldOut.take(Tensor.choice(heldOut.dim(0), count, from: &generator))
    }
  }

  private static func drawing(_ rows: Tensor) -> (Int, inout Generator) -> Tensor {
    { count, generator in
      rows.take(Tensor.randomIntegers([count], in: 0..<rows.dim(0), from: &generator))
    }
  }

  /// Positions of the rows to train on and of those held out, equal rows on one side.
  private static func positions(_ rows: Tensor, _ share: Double, _ seed: Int) -> ([Int], [Int]) {
    let n = rows.dim(0)
    if share == 0 { return (Array(0..<n), []) }
    let groups = equalRows(rows)
    if groups.count < 2 { return (Array(0..<n), []) }
    let wanted = Swift.max(1, Int((share * Double(n)).rounded()))
    var generator = Generator(seed: seed)
    var isHeldOut = [Bool](repeating: false, count: n)
    var (count, left) = (0, groups.count)
    for g in Tensor.permutation(groups.count, from: &generator).integers
    where count < wanted && left > 1 {
      for i in groups[g] { isHeldOut[i] = true }
      count += groups[g].count
      left -= 1
    }
    return ((0..<n).filter { !isHeldOut[$0] }, (0..<n).filter { isHeldOut[$0] })
  }

  /// Positions of rows with the same elements, told apart by 64-bit hashes.
  private static func equalRows(_ rows: Tensor) -> [[Int]] {
    let n = rows.dim(0)
    let width = rows.size / n
    var order: [UInt64] = []
    var groups: [UInt64: [Int]] = [:]
    // In chunks: as doubles, all rows of a large data set would fill the memory.
    for first in stride(from: 0, to: n, by: 256) {
      let last = Swift.min(first + 256, n)
      let numbers = rows[first..<last].doubles
      for i in first..<last {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for j in ((i - first) * width)..<((i - first + 1) * width) {
          hash = (hash ^ numbers[j].bitPattern) &* 0x9E37_79B9_7F4A_7C15
          hash ^= hash >> 29
        }
        if groups[hash] == nil { order.append(hash) }
        groups[hash, default: []].append(i)
      }
    }
    return order.map { groups[$0] ?? [] }
  }
}
