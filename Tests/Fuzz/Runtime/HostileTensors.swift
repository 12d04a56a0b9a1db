import Tensors

/// Tensors that operations are known to fail on: extreme numbers, no elements, one element, many
/// axes, every type, and views of all kinds.
enum HostileTensors {
  static let numbers: [Double] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, 1e30, -1e30, 1e-30, -1e-30, 0.5,
  ]

  static let all: [Tensor] =
    shapes().flatMap { shape in
      fillings(shape).flatMap { views($0) }
    } + types() + [axes(33), axes(64), wide33]

  private static func shapes() -> [[Int]] {
    [
      [], [0], [1], [5], [12], [0, 3], [3, 0], [1, 1], [3, 3], [3, 4], [4, 3], [2, 3, 3],
      [2, 0, 3],
      [2, 4, 4, 2],
    ]
  }

  private static func fillings(_ shape: [Int]) -> [Tensor] {
    let count = shape.reduce(1, *)
    func cycled(_ values: [Double], _ type: DType) -> Tensor {
      Tensor((0..<count).map { values[$0 % values.count] }, shape: shape, dtype: type)
    }
    let ordinary = (0..<7).map { Double($0 * 5 % 7) - 2.5 }
    return [
      cycled(ordinary, .float32), cycled(numbers, .float64), cycled(numbers, .float32),
      cycled([0], .float64), cycled([1e30, -1e30], .float32), cycled([1e-30], .float64),
      cycled([.nan], .float32), cycled([.infinity], .float64), cycled([2, 1, 0], .int32),
    ]
  }

  private static func views(_ x: Tensor) -> [Tensor] {
    x.ndim < 2 ? [x] : [x, x.T, x.flipped()]
  }

  private static func types() -> [Tensor] {
    let x = Tensor([0, 1, 2, 3, 4, 250], dtype: .int32)
    return DType.allCases.flatMap { type in
      [
        x.cast(to: type), x.cast(to: type).reshaped(2, 3).T, Tensor.zeros([0], dtype: type),
        Tensor.ones([], dtype: type).broadcast(to: [2, 3]),
      ]
    }
  }

  private static func axes(_ count: Int) -> Tensor {
    Tensor.ones([Int](repeating: 1, count: count))
  }

  private static let wide33: Tensor = {
    var shape = [Int](repeating: 1, count: 33)
    shape[0] = 2
    shape[16] = 3
    shape[32] = 2
    return (Tensor.arange(12).cast(to: .float32) - 5).reshaped(shape).T
  }()
}
