import Amortization
import Networks
import Tensors

/// Posteriors of a simulator at a glance: a network from data to the rows of a family (neural
/// posterior estimation, arXiv:1605.06376, arXiv:1905.07488).
///
/// ```swift
/// let posterior = AmortizedPosterior(
///   MLP([2, 64, 32]), FlowPosterior(of: simulator, features: 32, from: &generator),
///   of: simulator)
/// let run = train(posterior, on: { $0.problem(of: simulator) }, steps: 3000,
///   options: TrainingOptions(batch: 256, clip: 5))
/// run.model.sample(1000, given: x, from: &generator)     // [1000, d]
/// ```
///
/// The network's answer is the variable of ``problem(of:dtype:)``. A flow's own parameters are part
/// of its objective, as a decoder's are in a ``VariationalAutoencoder``.
public struct AmortizedPosterior<Network: Layer, Family: PosteriorFamily>: AmortizedModel {
  /// From standardized data to rows of the family.
  public var network: Network
  /// What rows mean.
  public var family: Family
  /// What a row of contexts has: `parameters` and `data`.
  public let parts: Parts
  @NonTrainable private var center: Tensor
  @NonTrainable private var scale: Tensor

  /// A network and a family; draws of the simulator set the scale of the data.
  public init(_ network: Network, _ family: Family, of simulator: Simulator, seed: Int = 0) {
    self.network = network
    self.family = family
    parts = simulator.parts
    var generator = Generator(seed: seed)
    let data = simulator.draw(2000, from: &generator).data
    let type = network.parameters.first?.dtype ?? .float32
    let wide = data.cast(to: .float64)
    _center = NonTrainable(wrappedValue: wide.mean(axis: 0).cast(to: type))
    _scale = NonTrainable(wrappedValue: deviation(wide).cast(to: type))
  }

  /// The rows of the family for data, `[n, m]` → `[n, family.dimension]`.
  public func rows(_ data: Tensor) -> Tensor {
    network((data.cast(to: center.dtype) - center) / scale)
  }

  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    [rows(parts(x).data).cast(to: problem.dtype)]
  }

  /// min E −log q(θ | x) over pairs that the simulator draws, with the family as it is now.
  public func problem(of simulator: Simulator, dtype: DType = .float32) -> ParametricProblem {
    .posterior(simulator, family, dtype: dtype)
  }

  /// log q(θ | x), `[n, d]` and `[n, m]` → `[n]`.
  public func logDensity(_ theta: Tensor, given data: Tensor) -> Tensor {
    let rows = rows(data)
    return family.logDensity(theta.cast(to: rows.dtype), rows)
  }

  /// Draws of the posterior for one row of data.
  ///
  /// - Shapes: `[m]` → `[count, d]`.
  public func sample(_ count: Int, given data: Tensor, from generator: inout Generator) -> Tensor {
    family.sample(count, rows(observation(data, "sample"))[0], from: &generator)
  }

  /// One row of data, `[1, m]`; stops the cell where it has another width or what is not a number.
  private func observation(_ data: Tensor, _ caller: String) -> Tensor {
    let m = parts["data"].shape[0]
    guard data.size == m, isFinite(data).all() else {
      fatalError(
        "\(caller): data \(data.shape) \(data.size > 20 ? "" : "\(data.doubles)"); the simulator's are \(m) "
          + "finite numbers")
    }
    return data.reshaped([1, m])
  }

  /// Calibration on new simulations.
  public func calibration(
    on simulator: Simulator, simulations: Int = 1000, draws: Int = 99, seed: Int = 1_000_003
  ) -> Calibration {
    calibrate(
      self, family, of: simulator, simulations: simulations, draws: draws, seed: seed)
  }

  /// Draws for one row of data with weights that make them draws of the true posterior, by the
  /// simulator's formula for p(θ)p(x | θ).
  ///
  /// Stops the cell when the simulator has none.
  public func corrected(
    _ count: Int, given data: Tensor, on simulator: Simulator, from generator: inout Generator
  ) -> WeightedDraws {
    guard let logJoint = simulator.logJoint else {
      fatalError("corrected: the simulator has no formula for p(θ)p(x | θ); give it a logJoint:")
    }
    let x = observation(data, "corrected")
    return WeightedDraws(
      count, of: family, rows(x)[0],
      logJoint: { theta in
        logJoint(theta, x.cast(to: theta.dtype).broadcast(to: [theta.dim(0), data.size]))
      }, from: &generator)
  }
}
