import Amortization
import Tensors

/// A step towards a fixed point y = g(y; x) that adds to the plain step: y ← g(y; x) + Δ.
///
/// Anderson acceleration, NeuralFP (arXiv:2107.10254) and HyperAA are of this form; they differ in
/// what chooses Δ from the points seen so far. As an `UpdateRule` it is repeated by
/// `SemiAmortized`, trained, and wrapped by ``GuardedAcceleration``.
public protocol FixedPointAcceleration: UpdateRule {
  /// Δ at y, from `image` = g(y; x).
  ///
  /// - Shapes: y and image `[n, dimension]`; so is the result.
  func correction(
    _ y: Tensor, image: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting
  ) -> Tensor
}

extension FixedPointAcceleration {
  /// g(y; x) + Δ.
  public func accelerated(
    _ y: Tensor, image: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting
  ) -> Tensor {
    image + correction(y, image: image, &memory, setting)
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    guard let map = setting.problem.fixedPointMap else {
      fatalError(
        "\(Self.self): the problem has no map; give it as ParametricProblem(fixedPoint: …)")
    }
    return accelerated(y, image: map(y, setting.contexts), &memory, setting)
  }
}

/// Plain steps: Δ = 0.
public struct NoAcceleration: FixedPointAcceleration, Sendable {
  /// It has no parameters.
  public init() {}

  /// It has no parameters.
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {}

  public func correction(
    _ y: Tensor, image: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting
  ) -> Tensor { y.zerosLike() }
}
