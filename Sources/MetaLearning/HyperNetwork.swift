import Amortization
import Networks
import Tensors

/// A network whose output are the parameters of another, small at the start (arXiv:1609.09106).
///
/// ```swift
/// let layout = ParameterRows(MLP([1, 16, 1], activation: .tanh))
/// let hyper = HyperNetwork(Reading("description", of: tasks.parts, MLP([2, 64, 64, layout.count])), layout)
/// train(FullyAmortized(hyper), on: .taskLoss(tasks, layout), steps: 3000)
/// ```
///
/// What the inner network predicts is added to the template's own parameters: with outputs of the usual
/// size alone, weights of different layers would begin alike and far from where networks learn.
public struct HyperNetwork<Network: Layer>: Layer {
  /// From tasks to changes of parameters.
  public var network: Network
  /// The parameters that changes are added to, `[count]`; learned.
  public var base: Tensor
  /// What a change is multiplied with.
  public let scale: Double

  /// A network that predicts rows of a layout.
  public init<Main: Layer>(
    _ network: Network, _ layout: ParameterRows<Main>, scale: Double = 0.1
  ) {
    self.network = network
    self.scale = scale
    base = layout.row(layout.template)
  }

  /// - Shapes: `[n, …]` → `[n, layout.count]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { base + scale * network(x) }
}

extension HyperNetwork: Sendable where Network: Sendable {}
