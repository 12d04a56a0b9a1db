import Amortization
import Display
import Networks
import Tensors

/// Whether posteriors are as wide as they should be: the ranks of true parameters among draws of their
/// posteriors, uniform if they are (simulation-based calibration, arXiv:1804.06788).
///
/// Each parameter has ranks by its value, and all together have ranks by their density, which say how
/// often the region of highest density with a given mass contains the truth (expected coverage,
/// arXiv:2110.06581). The prior passes too; a posterior is worth something if it is also narrower: see
/// ``sharpness``.
public struct Calibration: Sendable {
  /// Ranks from 0 to `draws`, `[simulations, d]`.
  public var ranks: Tensor
  /// How many draws have a higher density than the truth, `[simulations]`.
  public var densityRanks: Tensor
  /// Draws of each posterior.
  public var draws: Int
  /// The posterior's mean squared deviation as a share of the prior's, for each parameter.
  public var sharpness: [Double]

  /// The largest difference between the ranks' distribution and the uniform one, for each parameter
  /// (Kolmogorov and Smirnov).
  public var distances: [Double] {
    (0..<ranks.dim(1)).map { distanceFromUniform(ranks[0..., $0]) }
  }

  /// The same for the ranks by density: the largest error of ``coverage(_:)``.
  public var coverageDistance: Double { distanceFromUniform(densityRanks) }

  private func distanceFromUniform(_ column: Tensor) -> Double {
    let n = ranks.dim(0)
    var largest = 0.0
    for (i, rank) in column.sorted().doubles.enumerated() {
      // Ranks are whole: spread over their cells, they are uniform.
      let place = (rank + 0.5) / Double(draws + 1)
      let (below, above) = (Double(i) / Double(n), Double(i + 1) / Double(n))
      largest = Swift.max(largest, Swift.abs(place - below), Swift.abs(place - above))
    }
    return largest
  }

  /// The share of simulations whose truth lies in the region of highest density with mass `level`:
  /// `level` itself if posteriors are right, more if they are too wide.
  public func coverage(_ level: Double) -> Double {
    let places = (densityRanks + 0.5) / Double(draws + 1)
    return (places .< level).cast(to: .float64).mean().item()
  }

  /// How many simulations have ranks in each of `bins` equal cells, for one parameter.
  public func histogram(_ parameter: Int, bins: Int = 20) -> [Int] {
    guard bins > 0, (draws + 1) % bins == 0 else {
      fatalError("histogram: \(draws + 1) ranks do not fall into \(bins) equal cells")
    }
    var counts = [Int](repeating: 0, count: bins)
    for rank in ranks[0..., parameter].doubles { counts[Int(rank) * bins / (draws + 1)] += 1 }
    return counts
  }

  /// Between which counts each cell of a histogram lies with probability 1 − `level`, if its
  /// parameter is calibrated (normal approximation of the binomial).
  public func histogramBand(bins: Int = 20, level: Double = 0.01) -> ClosedRange<Double> {
    let (n, p) = (Double(ranks.dim(0)), 1 / Double(bins))
    let half = normalQuantile(1 - level / 2) * (n * p * (1 - p)).squareRoot()
    return Swift.max(0, n * p - half)...(n * p + half)
  }

  /// The distance that all parameters and the coverage together stay below with probability
  /// 1 − `level`, if they are calibrated: Kolmogorov's, with Bonferroni's correction and half a cell
  /// for whole ranks.
  public func band(_ level: Double = 0.05) -> Double {
    let each = level / Double(ranks.dim(1) + 1)
    let root = (0.5 * log(Tensor(2 / each, dtype: .float64)).item() as Double).squareRoot()
    return root / Double(ranks.dim(0)).squareRoot() + 0.5 / Double(draws + 1)
  }

  /// Whether no parameter leaves its band, nor does the coverage.
  public var isCalibrated: Bool {
    distances.allSatisfy { $0 <= band() } && coverageDistance <= band()
  }
}

/// The number that a standard normal one stays below with probability p.
private func normalQuantile(_ p: Double) -> Double {
  var (low, high) = (-10.0, 10.0)
  for _ in 0..<60 {
    let middle = 0.5 * (low + high)
    let below = 0.5 * (1 + erf(Tensor(middle / 2.0.squareRoot(), dtype: .float64)).item() as Double)
    if below < p { low = middle } else { high = middle }
  }
  return 0.5 * (low + high)
}

/// Calibration of a model of posteriors on new simulations.
///
/// - Parameters:
///   - simulations: new pairs of parameters and data.
///   - draws: of each posterior.
public func calibrate<M: AmortizedModel>(
  _ model: M, _ family: some PosteriorFamily, of simulator: Simulator, simulations: Int = 1000,
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
  let truth = theta.cast(to: .float64)
  let height = family.logDensity(theta.cast(to: rows.dtype), rows)
  var ranks = Tensor.zeros(theta.shape, dtype: .float64)
  var above = Tensor.zeros([simulations], dtype: .float64)
  var (sum, squares) = (ranks, ranks)
  for _ in 0..<draws {
    let drawn = stopGradient(family.sample(rows, from: &generator))
    let higher = family.logDensity(drawn, rows) .> height
    above = above + higher.cast(to: .float64)
    let point = drawn.cast(to: .float64)
    ranks = ranks + (point .< truth).cast(to: .float64)
    sum = sum + point
    squares = squares + square(point)
  }
  let mean = sum / Double(draws)
  let spread = (squares / Double(draws) - square(mean)).mean(axis: 0)
  let wide = square(truth - truth.mean(axis: 0)).mean(axis: 0)
  return Calibration(
    ranks: ranks, densityRanks: above, draws: draws, sharpness: (spread / wide).doubles)
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
    table.add([
      Table.Cell("all, by density"), Table.Cell(shortNumber(coverageDistance)),
      Table.Cell(shortNumber(band())), Table.Cell(""),
    ])
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
    _ count: Int, of family: some PosteriorFamily, _ row: Tensor,
    logJoint: (_ theta: Tensor) -> Tensor,
    from generator: inout Generator
  ) {
    points = family.sample(count, row, from: &generator)
    let rows = row.reshaped([1, family.dimension]).broadcast(to: [count, family.dimension])
    let logs = (logJoint(points) - family.logDensity(points, rows)).cast(to: .float64)
    let isPossible = isFinite(logs)
    guard isPossible.any() else {
      fatalError(
        "WeightedDraws: none of \(count) draws has a finite log p(θ)p(x | θ) − log q(θ); draw more, or "
          + "look at logJoint and at the data")
    }
    weights = softmax(which(isPossible, logs, -Double.infinity))
  }

  /// `count` draws without weights, with replacement.
  public func resampled(_ count: Int, from generator: inout Generator) -> Tensor {
    let places = Tensor.uniform([count], dtype: .float64, from: &generator)
    let found = weights.cumulativeSum().searchSorted(places)
    return points.take(minimum(found, weights.size - 1))
  }
}
