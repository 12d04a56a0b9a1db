import Networks
import Tensors

/// A network from pairs of measures to a dual potential in units of ε.
///
/// Masses are multiplied by the number of points, so that they are of the order of one, and the
/// last layer begins small, so that the first prediction is close to the potential 0.
public struct PotentialNetwork: Layer, Sendable {
  /// The layers; their input is scaled to the order of one.
  public var layers: MLP
  let inputScale: Double

  /// - Parameters:
  ///   - sources: points of the first measure, one output for each.
  ///   - targets: points of the second.
  ///   - hidden: widths of the layers between.
  public init(
    sources: Int, targets: Int, hidden: [Int] = [512, 512, 512], from generator: inout Generator
  ) {
    layers = MLP([sources + targets] + hidden + [sources], activation: .relu, from: &generator)
    let last = layers.layers.count - 1
    layers.layers[last].weight = layers.layers[last].weight * 0.01
    inputScale = Double(sources + targets) / 2
  }

  /// The potentials f/ε of rows `[a | b]`, `[count, n + m]` → `[count, n]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { layers(x * inputScale) }
}
