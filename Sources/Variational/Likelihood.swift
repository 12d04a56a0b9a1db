import Networks
import Tensors

/// p(x | z): how data scatter around what a decoder says.
///
/// ```swift
/// Likelihood.bernoulli                      // the decoder gives logits; x in [0, 1]
/// Likelihood.normal(deviation: 0.1)         // the decoder gives means
/// ```
public struct Likelihood: Sendable {
  /// What it is called in messages.
  public let name: String
  /// log p of data given the decoder's output, both `[n, d]` → `[n]`.
  public let logDensity: @Sendable (_ x: Tensor, _ output: Tensor) -> Tensor
  /// The mean of the data given the decoder's output, for pictures.
  public let mean: @Sendable (_ output: Tensor) -> Tensor
  /// One draw of the data given the decoder's output.
  public let sample: @Sendable (_ output: Tensor, _ generator: inout Generator) -> Tensor
  /// Lowest and highest value that data may have.
  public let support: ClosedRange<Double>

  /// A likelihood by its density, mean and samples.
  public init(
    _ name: String, support: ClosedRange<Double> = -.infinity ... .infinity,
    logDensity: @escaping @Sendable (_ x: Tensor, _ output: Tensor) -> Tensor,
    mean: @escaping @Sendable (_ output: Tensor) -> Tensor,
    sample: @escaping @Sendable (_ output: Tensor, _ generator: inout Generator) -> Tensor
  ) {
    self.name = name
    self.support = support
    self.logDensity = { x, output in
      guard x.dim(-1) == output.dim(-1) else {
        fatalError(
          "\(name) likelihood: data \(x.shape), but the decoder gave \(output.shape); its last layer has "
            + "one number for each of the data's")
      }
      return logDensity(x, output)
    }
    self.mean = mean
    self.sample = sample
  }

  /// Independent zeros and ones with the decoder's logits; grey values count in proportion.
  ///
  /// For grey values this is not a normalized density, but the usual convention for digits.
  public static let bernoulli = Likelihood(
    "Bernoulli", support: 0...1,
    logDensity: { x, output in Bernoulli(logits: output).logDensity(x) },
    mean: { sigmoid($0) },
    sample: { output, generator in Bernoulli(logits: output).sample(from: &generator) })

  /// Independent normal numbers around the decoder's output.
  public static func normal(deviation: Double) -> Likelihood {
    guard deviation > 0, deviation.isFinite else {
      fatalError("Likelihood.normal: a deviation of \(deviation); it is positive")
    }
    return Likelihood(
      "normal(\(deviation))",
      logDensity: { x, output in
        Normal(mean: output, deviation: Tensor(deviation, dtype: output.dtype)).logDensity(x)
      },
      mean: { $0 },
      sample: { output, generator in
        output + deviation * Tensor.normal(output.shape, dtype: output.dtype, from: &generator)
      })
  }

  /// Stops the cell where data are outside of the support, with the value and its row.
  func requireSupport(of x: Tensor) {
    let (low, high) = (support.lowerBound, support.upperBound)
    if x.size == 0 { return }
    // Comparisons that NaN fails.
    if x.min().item() >= low, x.max().item() <= high { return }
    let values = x.doubles
    let width = x.size / x.dim(0)
    guard let bad = values.firstIndex(where: { !($0 >= low && $0 <= high) }) else { return }
    fatalError(
      "\(name) likelihood: \(values[bad]) in row \(bad / width), column \(bad % width); data lie in "
        + "[\(low), \(high)]: scale them, or use Likelihood.normal(deviation:)")
  }
}
