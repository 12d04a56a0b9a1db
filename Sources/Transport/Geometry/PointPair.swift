internal import _CVectorKernels
import Tensors

/// Two clouds of points and the cost between them, kept in the order that blocks of costs read.
struct PointPair: Sendable {
  let x: Tensor
  let y: Tensor
  /// The second cloud by coordinates, `[d, m]`.
  private let yByAxis: Tensor
  let cost: PointCost

  init(_ x: Tensor, _ y: Tensor, _ cost: PointCost) {
    let type = DType.common(x.dtype, y.dtype).floating
    var (a, b) = (x.cast(to: type), y.cast(to: type))
    if cost.usesDirections { (a, b) = (directions(a), directions(b)) }
    self.init(ready: a, b, cost)
  }

  private init(ready x: Tensor, _ y: Tensor, _ cost: PointCost) {
    self.x = x
    self.y = y
    self.cost = cost
    yByAxis = y.T + 0.0
  }

  var swapped: PointPair {
    if case .custom(let function) = cost {
      return PointPair(ready: y, x, .custom { function($1, $0).T })
    }
    return PointPair(ready: y, x, cost)
  }

  func cost(_ range: Range<Int>) -> Tensor {
    guard let (kind, power) = cost.kernel else {
      guard case .custom(let function) = cost else { return x }
      let block = stopGradient(function(x[range], y)).cast(to: x.dtype)
      guard block.shape == [range.count, y.shape[0]] else {
        fatalError(
          "PointCost.custom returned shape \(block.shape) for \(range.count) × \(y.shape[0]) points"
        )
      }
      return block
    }
    let (m, d) = (y.shape[0], y.shape[1])
    let out = Tensor(uninitialized: [range.count, m], x.dtype)
    let width = x.dtype.byteCount
    x.withElements { points in
      yByAxis.withElements { lines in
        out.withElements { result in
          vk_cost_rows(
            x.dtype.rawValue, Int32(kind.rawValue), power, range.count, m, d,
            points + range.lowerBound * d * width, lines, result)
        }
      }
    }
    return out
  }
}
