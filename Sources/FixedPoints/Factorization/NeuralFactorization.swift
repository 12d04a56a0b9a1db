import Networks
import Tensors

/// A learned start and learned steps of nonnegative factorization, for matrices of any size and any
/// rank (NeuralNMF; Sjölund & Bånkestad, arXiv:2202.00264, in the form that adds to a classical step).
///
/// ```swift
/// let model = NeuralFactorization(from: &generator)        // HALS from NNDSVD, as long as untrained
/// let path = model.iterates(v, rank: 3, steps: 5)          // v: [n, rows, columns]
/// path[5].relativeError(v)
/// ```
///
/// Two small networks read each element of a factor by itself, W's as H's of the transposed matrix,
/// in units of its component's size. The first adds to NNDSVD; the second says how far an element
/// goes on in the direction of the HALS step, and in that of its last move. So the model commutes
/// with permutations of rows, columns and components. A step that would raise the objective of a
/// matrix is refused, and HALS' is taken.
public struct NeuralFactorization: Model, Sendable {
  /// What is added to an element of the start.
  public var start: MLP
  /// How far an element goes.
  public var acceleration: MLP

  private static let startFeatures = 4
  private static let stepFeatures = 8

  /// Networks with one hidden layer, whose outputs begin at 0.
  public init(hidden: Int = 24, dtype: DType = .float32, from generator: inout Generator) {
    func network(_ inputs: Int, _ outputs: Int) -> MLP {
      var network = MLP(
        [inputs, hidden, outputs], activation: .tanh, dtype: dtype, from: &generator)
      network.layers[1] = network.layers[1].mapParameters { 0 * $0 }
      return network
    }
    start = network(Self.startFeatures, 1)
    acceleration = network(Self.stepFeatures, 2)
  }

  /// The start and the factors after each step.
  ///
  /// - Shapes: v `[…, m, n]`.
  public func iterates(_ v: Tensor, rank: Int, steps: Int) -> [NonnegativeFactors] {
    let units = FactorUnits(v)
    let v = units.scaled(v)
    var factors = first(v, rank)
    var all = [units.restored(factors)]
    var (lastW, lastH) = (factors.w, factors.h)
    for k in 0..<steps {
      let w = half(v.mT, factors.mirrored, last: lastW.mT, step: k).mT
      let h = half(v, NonnegativeFactors(w: w, h: factors.h), last: lastH, step: k)
      (lastW, lastH) = (factors.w, factors.h)
      factors = NonnegativeFactors(w: w, h: h)
      all.append(units.restored(factors))
    }
    return all
  }

  private func first(_ v: Tensor, _ rank: Int) -> NonnegativeFactors {
    let usual = NonnegativeFactors.singular(v, rank: rank)
    let level = sqrt(v.mean(axes: [-2, -1], keepDims: true) / Double(rank))
    func moved(_ h: Tensor, _ v: Tensor) -> Tensor {
      let share = v.mean(axis: -2, keepDims: true) / maximum(level * level * Double(rank), 1e-30)
      let size = h.mean(axis: -1, keepDims: true) / maximum(level, 1e-30)
      let features = Self.stacked(
        [
          h / maximum(level, 1e-30), h.zerosLike() + share, h.zerosLike() + size,
          which(h .> 0, 1, h.zerosLike()),
        ])
      return relu(h + level * start(features).squeezed(axis: -1))
    }
    return NonnegativeFactors(w: moved(usual.w.mT, v.mT).mT, h: moved(usual.h, v))
  }

  /// H's new value for W's.
  private func half(_ v: Tensor, _ factors: NonnegativeFactors, last: Tensor, step: Int) -> Tensor {
    let (w, h) = (factors.w, factors.h)
    let (gram, target) = (matmul(w.mT, w), matmul(w.mT, v))
    let diagonal = maximum(gram.diagonal().expandedDims(axis: -1), 1e-20)
    let plain = FactorizationMethod.hierarchicalSweep(h, gram: gram, target: target)
    let size = sqrt(square(h).mean(axis: -1, keepDims: true)) + 1e-8
    let (ahead, behind) = (plain - h, h - last)
    let slope = (target - matmul(gram, h)) / diagonal
    // Twice the objective over |V|², but for rounding.
    let whole = maximum(square(v).sum(axes: [-2, -1], keepDims: true), 1e-30)
    let fit = ((matmul(gram, h) - 2 * target) * h).sum(axes: [-2, -1], keepDims: true)
    let left = 0.2 * log(maximum(1 + fit / whole, 1e-7))
    let coupling = sqrt(square(gram).sum(axis: -1, keepDims: true)) / diagonal - 1
    let pace =
      ahead.norm(axis: -1, keepDims: true) / (1e-8 + behind.norm(axis: -1, keepDims: true))
    let still = h.zerosLike()
    let features = Self.stacked(
      [
        h / size, ahead / size, behind / size, slope / size, still + left, still + tanh(coupling),
        still + tanh(pace),
        still + Double(Swift.min(step, 8)) / 8,
      ])
    let gains = acceleration(features)
    let further = gains[.ellipsis, 0] * ahead + gains[.ellipsis, 1] * behind
    let bold = relu(plain + further)
    func objective(_ h: Tensor) -> Tensor {
      ((0.5 * matmul(gram, h) - target) * h).sum(axes: [-2, -1], keepDims: true)
    }
    return which(objective(bold) .<= objective(h), bold, plain)
  }

  private static func stacked(_ features: [Tensor]) -> Tensor {
    // Rare large ones would say little more than "large".
    clipped(stack(features, axis: -1), to: 10)
  }

  private static func clipped(_ x: Tensor, to limit: Double) -> Tensor {
    maximum(minimum(x, limit), -limit)
  }
}
