import Amortization
import Networks
import Tensors

/// A step of gradient descent with momentum whose step size and momentum a small network chooses anew
/// each time, from what the way looks like so far (after Li & Malik, arXiv:1606.01885).
///
/// It reads numbers that do not change when the variable is turned or its dimension grows: lengths of the
/// gradient and of the last move, the angle between them, how both gradient and objective changed, and
/// the number of the step. Its head begins at zero: until it has learned, it is the momentum method that
/// it is given.
public struct MomentumPolicy: UpdateRule, Sendable {
  /// From six numbers to changes of log η and of the logit of µ.
  public var network: MLP
  /// η at the start.
  public let stepSize: Double
  /// µ at the start.
  public let momentum: Double

  /// A policy that begins as a momentum method.
  public init(
    stepSize: Double, momentum: Double = 0.9, hidden: Int = 16, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    guard stepSize > 0, momentum > 0, momentum < 1, hidden > 0 else {
      fatalError(
        "MomentumPolicy: a step size of \(stepSize) and momentum \(momentum); the one is positive, the "
          + "other between 0 and 1")
    }
    (self.stepSize, self.momentum) = (stepSize, momentum)
    network = MLP([6, hidden, 2], activation: .tanh, dtype: dtype, from: &generator)
    network.layers[1].weight = network.layers[1].weight.zerosLike()
  }

  // Memory: the last move, gradient, and objective.

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] {
    [y.zerosLike(), y.zerosLike(), Tensor.zeros([y.dim(0), 1], dtype: y.dtype)]
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    let domain = setting.problem.domain
    let noise = setting.problem.isStochastic ? setting.noise.stream(setting.index) : setting.noise
    let (value, slope) = setting.problem.valueAndGradient(y, setting.contexts, noise: noise)
    let g = stopGradient(domain.tangent(y, slope))
    let f = stopGradient(value).expandedDims(axis: -1)
    let (last, before) = (memory[0], memory[1])
    let isFirst = setting.index == 0
    func length(_ v: Tensor) -> Tensor { v.norm(axis: -1, keepDims: true) + 1e-12 }
    let (long, move) = (length(g), length(last))
    let angle = -(g * last).sum(axis: -1, keepDims: true) / (long * move)
    let change = isFirst ? f.zerosLike() : (memory[2] - f) / (abs(memory[2]) + abs(f) + 1e-12)
    let ratio = isFirst ? f.zerosLike() : log(long / length(before))
    let age = Tensor.full(
      f.shape, Double(setting.index) / Double(setting.index + 10), dtype: y.dtype)
    let seen = concatenate(
      [
        0.2 * log(long), isFirst ? f.zerosLike() : 0.2 * log(move), angle, clip(ratio, -2, 2),
        change,
        age,
      ], axis: -1)
    let choice = network(seen)
    let eta = stepSize * exp(clip(choice[0..., ..<1], -4, 4))
    let odds = momentum / (1 - momentum)
    let raised = odds * exp(clip(choice[0..., 1...], -6, 6))
    let next = raised / (1 + raised) * last - eta * g
    memory = [next, g, f]
    return domain.retract(y, next)
  }
}
