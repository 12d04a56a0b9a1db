import Amortization
import Display
import Networks
import Tensors

/// Whether posteriors are as wide as they should be: the ranks of true parameters among draws of their
/// posteriors, uniform if they are (simulation-based calibration, arXiv:1804.06788).
///
/// The prior passes too; a posterior is worth something if it is also narrower: see ``sharpness``.
public struct Calibration: Sendable {
  /// Ranks from 0 to `draws`, `[simulations, d]`.
  public var ranks: Tensor
  /// Draws of each posterior.
  public var draws: Int
  /// The posterior's mean squared deviation as a share of the prior's, for each parameter.
  public var sharpness: [Double]

  /// The largest difference between the ranks' distribution and the uniform one, for each parameter
  /// (Kolmogorov and Smirnov).
  public var distances: [Double] {
    let n = ranks.dim(0)
    return (0..<ranks.dim(1)).map { j in
      let sorted = ranks[0..., j].sorted().doubles
      var largest = 0.0
      for (i, rank) in sorted.enumerated() {
        // Ranks are whole: spread over their cells, they are uniform.
        let place = (rank + 0.5) / Double(draws + 1)
        let (below, above) = (Double(i) / Double(n), Double(i + 1) / Double(n))
        largest = Swift.max(largest, Swift.abs(place - below), Swift.abs(place - above))
      }
      return largest
    }
  }

  /// The distance that all parameters together stay below with probability 1 − `level`, if they are
  /// calibrated: Kolmogorov's, with Bonferroni's correction and half a cell for whole ranks.
  public func band(_ level: Double = 0.05) -> Double {
    let each = level / Double(ranks.dim(1))
    let root = (0.5 * log(Tensor(2 / each, dtype: .float64)).item() as Double).squareRoot()
    return root / Double(ranks.dim(0)).squareRoot() + 0.5 / Double(draws + 1)
  }

  /// Whether no parameter leaves its band.
  public var isCalibrated: Bool { distances.allSatisfy { $0 <= band() } }
}

/// Calibration of a model of posteriors on new simulations.
///
/// - Parameters:
///   - simulations: new pairs of parameters and data.
///   - draws: of each posterior.
public func calibrate<M: AmortizedModel>(
  _ model: M, _ family: MixturePosterior, of simulator: Simulator, simulations: Int = 1000,
  draws: Int = 99, seed: Int = 1_000_003
) -> Calibration {
  guard simulations > 1, draws > 0 else {
    fatalError("calibrate: \(simulations) simulations with \(draws) draws each")
  }
  var generator = Generator(seed: seed)
  let (theta, data) = simulator.draw(simulations, from: &generator)
  let x = simulator.parts.joined(["parameters": theta, "data": data])
  let problem = ParametricProblem.posterior(simulator, family)
  let rows = stopGradient(model(x, on: problem))
  let mixture = family.mixture(rows)
  var ranks = Tensor.zeros(theta.shape, dtype: .float64)
  var (sum, squares) = (ranks, ranks)
  for _ in 0..<draws {
    let point = family.support.inside(mixture.sample(from: &generator)).cast(to: .float64)
    ranks = ranks + (point .< theta.cast(to: .float64)).cast(to: .float64)
    sum = sum + point
    squares = squares + square(point)
  }
  let mean = sum / Double(draws)
  let spread = (squares / Double(draws) - square(mean)).mean(axis: 0)
  let prior = theta.cast(to: .float64)
  let wide = square(prior - prior.mean(axis: 0)).mean(axis: 0)
  return Calibration(ranks: ranks, draws: draws, sharpness: (spread / wide).doubles)
}

extension Calibration: CustomStringConvertible, Displayable {
  private var table: Table {
    var table = Table([
      .left("parameter"), .right("distance"), .right("band"), .right("variance / prior's"),
    ])
    for (j, distance) in distances.enumerated() {
      table.add([
        Table.Cell("\(j)"), Table.Cell(shortNumber(distance)), Table.Cell(shortNumber(band())),
        Table.Cell(shortNumber(sharpness[j])),
      ])
    }
    return table
  }

  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}

/// Draws of a guessed posterior with the weights that make them draws of the true one, where prior and
/// likelihood can be evaluated: w ∝ p(θ)p(x | θ)/q(θ).
public struct WeightedDraws: Sendable {
  /// `[count, d]`.
  public var points: Tensor
  /// They sum to 1, `[count]`.
  public var weights: Tensor

  /// Kish's effective number of draws, (Σw)²/Σw².
  public var effectiveCount: Double { 1 / square(weights).sum().item() }
  /// Weighted mean, `[d]`.
  public var mean: Tensor { (weights.expandedDims(axis: -1) * points).sum(axis: 0) }

  /// Draws for one row, corrected.
  ///
  /// - Parameter logJoint: log p(θ) + log p(x | θ) up to a constant, `[n, d]` → `[n]`.
  public init(
    _ count: Int, of family: MixturePosterior, _ row: Tensor, logJoint: (_ theta: Tensor) -> Tensor,
    from generator: inout Generator
  ) {
    points = family.sample(count, row, from: &generator)
    let rows = row.reshaped([1, family.dimension]).broadcast(to: [count, family.dimension])
    let logs = (logJoint(points) - family.logDensity(points, rows)).cast(to: .float64)
    weights = softmax(which(isFinite(logs), logs, -Double.infinity))
  }

  /// `count` draws without weights, with replacement.
  public func resampled(_ count: Int, from generator: inout Generator) -> Tensor {
    let places = Tensor.uniform([count], dtype: .float64, from: &generator)
    let found = weights.cumulativeSum().searchSorted(places)
    return points.take(minimum(found, weights.size - 1))
  }
}
