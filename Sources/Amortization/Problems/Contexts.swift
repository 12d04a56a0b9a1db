import Tensors

/// The distribution p(x) of the contexts of a family of problems.
///
/// ```swift
/// Contexts.uniform(-3, 3)                       // rows of one number
/// Contexts.rows(images)                         // the rows of a tensor, each equally likely
/// Contexts { count, generator in                // anything
///   Tensor.gumbel([count, 4], from: &generator)
/// }
/// ```
public struct Contexts {
  private let draw: (Int, inout Generator) -> Tensor

  /// Contexts by a function from a number of rows to a tensor `[count, …]`.
  public init(_ draw: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor) {
    self.draw = draw
  }

  /// `count` contexts.
  ///
  /// - Shapes: `[count, …]`.
  public func sample(_ count: Int, from generator: inout Generator) -> Tensor {
    let rows = draw(count, &generator)
    guard rows.ndim > 0, rows.dim(0) == count else {
      fatalError("contexts: \(count) rows were asked for and shape \(rows.shape) came back")
    }
    return rows
  }

  /// `count` contexts that a seed decides.
  public func sample(_ count: Int, seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    return sample(count, from: &generator)
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
  public static func rows(_ rows: Tensor) -> Contexts {
    Contexts { count, generator in
      rows.take(Tensor.randomIntegers([count], in: 0..<rows.dim(0), from: &generator))
    }
  }
}
