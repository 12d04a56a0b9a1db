import Foundation
import Tensors
import Testing

/// Types of elements: what they hold, what operations on two of them give.
///
/// Values from NumPy 2.4,
/// promotion from JAX 0.10.
@Suite struct ElementTypes {
  @Test func promotionIsThatOfJAX() {
    let expected: [(DType, DType, DType)] = [
      (.bool, .uint8, .uint8), (.uint8, .int32, .int32), (.int32, .int64, .int64),
      (.int64, .float16, .float16), (.int64, .bfloat16, .bfloat16), (.float16, .bfloat16, .float32),
      (.bfloat16, .float32, .float32), (.int64, .float32, .float32), (.float32, .float64, .float64),
    ]
    for (a, b, both) in expected {
      let (x, y) = (Tensor.ones([2], dtype: a), Tensor.ones([2], dtype: b))
      #expect((x + y).dtype == both, "\(a) + \(b)")
      #expect((y + x).dtype == both, "\(b) + \(a)")
      #expect(concatenate([x, y]).dtype == both)
      #expect(which(Tensor([true, false]), x, y).dtype == both)
    }
  }

  @Test(arguments: DType.allCases) func everyTypeTakesAllWays(_ type: DType) throws {
    let x = Tensor([0, 1, 3, 2], dtype: type == .bool ? .int32 : type).cast(to: type)
    let values = x.doubles
    for other in DType.allCases where other != .bool && type != .bool {
      #expect(x.cast(to: other).cast(to: type) == x)
    }
    let turned = [values[0], values[2], values[1], values[3]]
    #expect(x.reshaped(2, 2).T.flattened().cast(to: .float64).doubles == turned)
    #expect(x[[3, 0]].doubles == [values[3], values[0]])
    #expect(x[1..<3].doubles == Array(values[1..<3]))
    #expect((x .< 2).booleans == values.map { $0 < 2 })
    #expect(x.max().item() == values.max())
    #expect(x.argmax().item() == (type == .bool ? 1 : 2))
    #expect(x.sum().item() == values.reduce(0.0, +))
    let running = values.indices.map { values[...$0].reduce(0, +) }
    #expect(x.cumulativeSum().doubles == running)
    #expect(x.sorted().doubles == values.sorted())
    let total = values.reduce(0, +)
    #expect(x.mean().item() == total / 4)
    #expect(x.padded([(1, 1)]).doubles == [0] + values + [0])
    #expect(x.description.isEmpty == false)
    #expect(exp(x).dtype == (type.isFloating ? type : .float32))
    let squares = values.reduce(0) { $0 + $1 * $1 }
    #expect(matmul(x, x).item() == squares)
    let path = try scratchFile("\(type).safetensors")
    try saveSafetensors(["x": x], path)
    #expect(try loadSafetensors(path)["x"] == x)
    if type != .bfloat16 {
      let npy = try scratchFile("\(type).npy")
      try x.save(npy: npy)
      #expect(try Tensor(npy: npy) == x)
    }
  }

  /// numpy.float16 and jax.numpy.bfloat16, as bits.
  @Test func halvesRoundToNearestEven() throws {
    let values = [1.0 / 3, 65504, 65519.99, 65520, 1e-8, 6e-8, 3e-8, 2.9e-8, 0.1, 2049, 2051]
    let bits = [13653, 31743, 31743, 31744, 0, 1, 1, 0, 11878, 26624, 26626]
    let half = Tensor(values, dtype: .float16)
    #expect(try rawBits(half) == bits)
    let brain = Tensor(
      [1.0 / 3, 3.4e38, 1e-45, 0.1, 257, 259, 1.00390625, 1.01171875], dtype: .bfloat16)
    #expect(try rawBits(brain) == [16043, 32640, 0, 15821, 17280, 17282, 16256, 16258])
    #expect(Tensor([Double.nan, -0.0, -.infinity], dtype: .float16).doubles[0].isNaN)
    #expect(1 / Tensor([-0.0], dtype: .bfloat16).doubles[0] == -.infinity)
  }

  private func rawBits(_ x: Tensor) throws -> [Int] {
    let path = try scratchFile("bits-\(x.dtype).safetensors")
    try saveSafetensors(["x": x], path)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))).suffix(2 * x.size)
    let start = bytes.startIndex
    return (0..<x.size).map { Int(bytes[start + 2 * $0]) | Int(bytes[start + 2 * $0 + 1]) << 8 }
  }

  @Test func halvesAreComputedInFloat32() {
    let x = Tensor([0.1, 0.2, 0.3], dtype: .float16)
    #expect((x * 3).dtype == .float16)
    // numpy.float16([0.1, 0.2, 0.3]) * numpy.float16(3)
    #expect(agree(x * 3, [0.2998046875, 0.599609375, 0.900390625], 0))
    #expect(Tensor.full([5000], 1.0, dtype: .float16).sum().item() == 5000)
    let g = gradient(at: x) { x in square(x).sum() }
    #expect(g.dtype == .float16)
    #expect(agree(g, [0.199951171875, 0.39990234375, 0.60009765625], 0))
  }

  @Test func sumsOfIntegersDoNotWrap() {
    #expect(Tensor.arange(100_000).sum().item() == 4_999_950_000)
    #expect(Tensor.full([4000, 4000], 255).sum().item() == 4_080_000_000)
    #expect(Tensor.full([4000, 4000], 255, dtype: .uint8).sum().item() == 4_080_000_000)
    #expect(
      Tensor.full([3, 2], 2_000_000_000).sum(axis: 0).integers == [6_000_000_000, 6_000_000_000])
    #expect(Tensor([100_000, 100_000]).prod().item() == 1e10)
    #expect(Tensor.full([3], 2_000_000_000).cumulativeSum().integers.last == 6_000_000_000)
    #expect(dot(Tensor([100_001]), Tensor([100_001])).item(as: Int.self) == 10_000_200_001)
    #expect(Tensor([true, true]).sum().dtype == .int64)
    #expect(
      (Tensor([200, 100], dtype: .uint8) + Tensor([100, 100], dtype: .uint8)).integers == [44, 200])
  }

  @Test func wideIntegersAreExact() {
    let big = 9_007_199_254_740_993
    let x = Tensor([big, -big], dtype: .int64)
    #expect(x.integers == [big, -big])
    #expect(x[0].item(as: Int.self) == big)
    #expect("\(x)" == "[ 9007199254740993, -9007199254740993]  (int64)")
    #expect((x + 1).integers == [big + 1, 1 - big])
    #expect(x.unique().values.integers == [-big, big])
    #expect(Tensor.arange(big, big + 3, dtype: .int64).integers == [big, big + 1, big + 2])
    #expect((Tensor([1, 2], dtype: .uint8) .< 300).all())
  }

  @Test func castsOfIntegersKeepLowBits() {
    // numpy: array([300, -1]).astype(uint8)
    #expect(Tensor([300, -1]).cast(to: .uint8).integers == [44, 255])
    #expect(Tensor([300.7, -1.5, .nan]).cast(to: .uint8).integers == [255, 0, 0])
    #expect(Tensor([1e30, -1e30]).cast(to: .int64).integers == [.max, .min])
  }

  @Test func numbersThatDoNotFitAreErrors() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([3_000_000_000])
    }
    #expect(lastWords(result).contains("3000000000 does not fit into int32; ask for dtype: .int64"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]) + 3_000_000_000
    }
    #expect(lastWords(result).contains("does not fit into int32"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.full([2], 300, dtype: .uint8)
    }
    #expect(lastWords(result).contains("300 does not fit into uint8"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.full([4], Int.max / 2, dtype: .int64).sum()
    }
    #expect(lastWords(result).contains("sum: the result does not fit into int64"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = Tensor([1, 2])
      x[0] = Tensor(3e9)
    }
    #expect(lastWords(result).contains("does not fit into int32"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Int(Tensor(Double.nan))
    }
    #expect(lastWords(result).contains("the element nan does not fit into Int"))
  }

  @Test func masksAreRefusedWhereTheyHaveNoMeaning() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = (Tensor([1.0, 2.0]) .> 1) - (Tensor([1.0, 2.0]) .> 2)
    }
    #expect(lastWords(result).contains("-: masks have none; a .^ b says where masks differ"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([true]) % Tensor([true])
    }
    #expect(lastWords(result).contains("write mask.cast(to: .int32)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([true]) ** Tensor([true])
    }
    #expect(lastWords(result).contains("**: masks"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = floorDivide(Tensor([true]), Tensor([true]))
    }
    #expect(lastWords(result).contains("floorDivide: masks"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([2]) ** -2
    }
    #expect(lastWords(result).contains("integers to the negative power -2"))
    // What logic has a meaning for.
    #expect((Tensor([true, false]) + Tensor([true, true])).booleans == [true, true])
    #expect((Tensor([true, false]) * Tensor([true, true])).booleans == [true, false])
    #expect((Tensor([2]) ** 3).integers == [8])
    #expect((Tensor([true]) - 1).integers == [0])
  }

  @Test func manyAxes() async {
    let x = Tensor.ones([Int](repeating: 2, count: 17))
    #expect((x.T * Tensor.ones([2])).sum().item() == 131_072)
    let twenty = Tensor.arange(1 << 20, dtype: .float32).reshaped([Int](repeating: 2, count: 20))
    #expect((twenty + twenty.T)[indices: [Int](repeating: 1, count: 20)].item() == 2_097_150)
    let many = Tensor.ones([Int](repeating: 1, count: 33))
    #expect((many + many.T).sum().item() == 2)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.ones([Int](repeating: 1, count: 65))
    }
    #expect(lastWords(result).contains("a tensor of 65 axes; 64 are the most"))
  }
}
