import Tensors

/// A weighted mixture of distributions of one kind.
///
/// - Shapes: logits of the weights `[n, k]` for k components over n rows each.
public struct Mixture<Component: Distribution>: Distribution {
  /// Which component an outcome is of.
  public let weights: Categorical
  /// What is mixed, each with a distribution for every row.
  public let components: [Component]

  /// From the logits of the weights, and as many components.
  public init(logits: Tensor, _ components: [Component]) {
    guard !components.isEmpty, logits.dim(-1) == components.count else {
      fatalError("Mixture: \(components.count) components, weights of shape \(logits.shape)")
    }
    weights = Categorical(logits: logits)
    self.components = components
  }

  public var dimension: Int { components[0].dimension }
  public var isReparameterized: Bool { false }

  public func sample(from generator: inout Generator) -> Tensor {
    let choice = weights.choices(from: &generator).expandedDims(axis: -1)
    var result = stopGradient(components[0].sample(from: &generator))
    for (k, component) in components.enumerated().dropFirst() {
      result = which(choice .== Double(k), stopGradient(component.sample(from: &generator)), result)
    }
    return result
  }

  /// log Σ wₖ·pₖ.
  public func logDensity(_ y: Tensor) -> Tensor { logSumExp(joint(y)) }

  /// The probability that an outcome is of each component, `[n, k]`.
  public func responsibilities(_ y: Tensor) -> Tensor { softmax(joint(y)) }

  private func joint(_ y: Tensor) -> Tensor {
    logSoftmax(weights.logits) + stack(components.map { $0.logDensity(y) }, axis: -1)
  }
}

extension Mixture: Sendable where Component: Sendable {}
