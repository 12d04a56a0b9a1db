import Amortization
import Networks
import Tensors

/// Regressions as problems for a learned optimizer, as Li & Malik have them (arXiv:1606.01885): every
/// context is a data set with a random start.
///
/// ```swift
/// let family = RegressionFamily.logistic()
/// let model = SemiAmortized(start: family.start, update: rule, steps: 40)
/// model.iterates(x, on: family.problem)
/// ```
public struct RegressionFamily {
  /// `points` `[n, d]`, `targets` `[n]`, and `start` `[d + 1]`, where ways begin.
  public let parts: Parts
  /// Weights and a bias, `d + 1` numbers, for each data set.
  public let problem: ParametricProblem

  /// The random start that is part of each context.
  public var start: Reading<Activation> { Reading("start", of: parts, Activation.identity) }

  /// Two classes of points, each from a normal distribution with a mean and covariance of its own: mean
  /// logistic loss and λ/2 of the squared weights.
  public static func logistic(
    points: Int = 100, dimension d: Int = 3, weight: Double = 5e-4
  ) -> RegressionFamily {
    RegressionFamily(points: points, dimension: d) { count, generator in
      let half = points / 2
      let classes = [half, points - half].map { clouds(count, $0, d, &generator) }
      let labels = concatenate([
        Tensor.zeros([half], dtype: .float64), Tensor.ones([points - half], dtype: .float64),
      ])
      return (concatenate(classes, axis: 1), labels.broadcast(to: [count, points]))
    } loss: { output, target, w in
      (softplus(output) - target * output).mean(axis: -1) + 0.5 * weight * square(w).sum(axis: -1)
    }
  }

  /// Four groups of points, each with a direction of its own along which its targets lie: the mean loss of
  /// Geman and McClure, r²/(c² + r²), which is not convex and ignores what is far off.
  public static func robust(
    points: Int = 100, dimension d: Int = 3, scale: Double = 1
  ) -> RegressionFamily {
    RegressionFamily(points: points, dimension: d) { count, generator in
      var (groups, targets) = ([Tensor](), [Tensor]())
      for k in 0..<4 {
        let size = (k + 1) * points / 4 - k * points / 4
        let cloud = clouds(count, size, d, &generator)
        let way = Tensor.normal([count, d, 1], dtype: .float64, from: &generator)
        let bias = Tensor.normal([count, 1], dtype: .float64, from: &generator)
        let noise = 0.1 * Tensor.normal([count, size], dtype: .float64, from: &generator)
        groups.append(cloud)
        targets.append(matmul(cloud, way).squeezed(axis: -1) + bias + noise)
      }
      return (concatenate(groups, axis: 1), concatenate(targets, axis: 1))
    } loss: { output, target, _ in
      let r = square(output - target)
      return (r / (scale * scale + r)).mean(axis: -1)
    }
  }

  private init(
    points: Int, dimension d: Int,
    draw: @escaping (Int, inout Generator) -> (Tensor, Tensor),
    loss: @escaping (_ output: Tensor, _ target: Tensor, _ weights: Tensor) -> Tensor
  ) {
    guard points >= 4, d > 0 else {
      fatalError("RegressionFamily: \(points) points in \(d) dimensions; at least 4 points")
    }
    let parts: Parts = ["points": [points, d], "targets": [points], "start": [d + 1]]
    self.parts = parts
    let contexts = Contexts { count, generator in
      let (cloud, targets) = draw(count, &generator)
      let start = Tensor.normal([count, d + 1], dtype: .float64, from: &generator)
      return parts.joined(["points": cloud, "targets": targets, "start": start])
    }
    problem = ParametricProblem(
      dimension: d + 1, contexts: contexts, start: { parts($0).start }
    ) { y, x in
      let row = parts(x)
      let w = y[0..., ..<d]
      let product = matmul(row.points, w.expandedDims(axis: -1)).squeezed(axis: -1)
      return loss(product + y[0..., d...], row.targets, w)
    }
  }

  /// Points of a normal distribution with a random mean and covariance for each data set.
  private static func clouds(
    _ count: Int, _ size: Int, _ d: Int, _ generator: inout Generator
  ) -> Tensor {
    let mean = Tensor.normal([count, 1, d], dtype: .float64, from: &generator)
    let shape =
      Tensor.normal([count, d, d], dtype: .float64, from: &generator) / Double(d).squareRoot()
    let z = Tensor.normal([count, size, d], dtype: .float64, from: &generator)
    return mean + matmul(z, shape)
  }
}
