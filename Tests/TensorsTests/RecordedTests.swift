import Tensors
import Testing

/// Bits of all elements, NaN as one.
func bits(_ x: Tensor) -> [UInt64] { x.doubles.map { $0.isNaN ? 1 : $0.bitPattern } }

func expectSame(_ a: Tensor, _ b: Tensor, _ note: String = "") {
  #expect(a.shape == b.shape && a.dtype == b.dtype, "\(note)")
  #expect(bits(a) == bits(b), "\(note)")
}

/// A function that carries out operations drawn with a seed on two vectors and a matrix.
struct RandomFunction {
  let choices: [(operation: Int, a: Int, b: Int)]

  init(seed: Int, length: Int) {
    var draw = Generator(seed: seed)
    choices = (0..<length).map { _ in
      (Int(draw.next() % 46), Int(draw.next() % 1000), Int(draw.next() % 1000))
    }
  }

  /// - Shapes: x [3], y [3], m [3, 3], all of one type.
  func callAsFunction(_ x: Tensor, _ y: Tensor, _ m: Tensor) -> Tensor {
    var vectors = [x, y]
    var matrices = [m]
    for (operation, i, j) in choices {
      let (a, b) = (vectors[i % vectors.count], vectors[j % vectors.count])
      let (p, q) = (matrices[i % matrices.count], matrices[j % matrices.count])
      func give(_ v: Tensor) { vectors.append(v) }
      func give(matrix: Tensor) { matrices.append(matrix) }
      switch operation {
      case 0: give(sin(a))
      case 1: give(cos(a))
      case 2: give(tanh(a))
      case 3: give(exp(-abs(a)))
      case 4: give(sigmoid(a))
      case 5: give(softplus(a))
      case 6: give(square(a) * 0.25)
      case 7: give(sqrt(abs(a) + 1))
      case 8: give(relu(a))
      case 9: give(log1p(abs(a)))
      case 10: give(a + b)
      case 11: give(a - b)
      case 12: give(a * tanh(b))
      case 13: give(a / (1 + square(b)))
      case 14: give(maximum(a, b))
      case 15: give(minimum(a, 0.5))
      case 16: give(which(a .> b, a, b * 0.5))
      case 17: give(clip(a, -1, 1))
      case 18: give(matmul(p, a))
      case 19: give(matmul(a, p))
      case 20: give(matrix: matmul(p, q) * 0.3)
      case 21: give(matrix: matmul(p, q.T) * 0.3)
      case 22: give(matrix: p.T + q)
      case 23: give(matrix: p * a)
      case 24: give(matrix: tanh(p + a.reshaped([3, 1])))
      case 25: give(p.sum(axis: 0))
      case 26: give(p.mean(axis: 1))
      case 27: give(p.max(axis: j % 2))
      case 28: give(logSumExp(p))
      case 29: give(matrix: softmax(p))
      case 30: give(matrix: logSoftmax(p, axis: 0))
      case 31: give(a.cumulativeSum())
      case 32: give(a.flipped())
      case 33: give(a.rolled(1 + j % 2))
      case 34: give(stack([a[2], b[0], a[1] * b[1]]))
      case 35: give(concatenate([a[1...], b[..<1]]))
      case 36: give(a.padded([(before: 1, after: 0)])[..<3])
      case 37: give(a.take(Tensor([2, 0, 2])))
      case 38: give(matrix: outer(a, b) * 0.2)
      case 39: give(p.diagonal())
      case 40: give(a - a.mean() + p[1, 2])
      case 41: give(a / (1 + a.norm()))
      case 42: give(gelu(a) + elu(b))
      case 43: give(affine(p, q, a)[0] * 0.3)
      case 44: give(a.cast(to: .float64).cast(to: a.dtype) * Tensor(0.5, dtype: a.dtype))
      default: give(matrix: stack([p[0], q[1], a]).reshaped([3, 3]).mT)
      }
    }
    var total = sum(matrices[0])
    for v in vectors.suffix(3) { total = total + sum(v * v) * 0.1 }
    for p in matrices.suffix(2) { total = total + sum(p) }
    return total
  }
}

private func inputs(_ seed: Int, _ dtype: DType) -> (Tensor, Tensor, Tensor) {
  var draw = Generator(seed: seed)
  return (
    Tensor.normal([3], dtype: dtype, from: &draw), Tensor.normal([3], dtype: dtype, from: &draw),
    Tensor.normal([3, 3], dtype: dtype, from: &draw)
  )
}

/// A recorded function gives what the function gives, bit for bit, or is called as it is.
@Suite struct RecordedTests {
  @Test(arguments: [DType.float32, .float64])
  func randomFunctionsAndTheirGradients(dtype: DType) {
    var recordings = 0
    for seed in 0..<60 {
      let f = RandomFunction(seed: seed, length: 4 + seed / 3)
      let slopes = { (x: Tensor, y: Tensor, m: Tensor) -> (Tensor, Tensor, Tensor) in
        let (value, (gx, gm)) = valueAndGradient(at: x, m) { x, m in f(x, y, m) }
        return (value, gx, gm)
      }
      let step = recorded(slopes)
      for call in 0..<5 {
        let (x, y, m) = inputs(100 * seed + call, dtype)
        let (expected, found) = (slopes(x, y, m), step(x, y, m))
        expectSame(found.0, expected.0, "seed \(seed), call \(call)")
        expectSame(found.1, expected.1, "seed \(seed), call \(call)")
        expectSame(found.2, expected.2, "seed \(seed), call \(call)")
      }
      if step.isRecorded { recordings += 1 }
    }
    #expect(recordings == 60)
  }

  @Test func secondDerivatives() {
    for seed in 0..<20 {
      let f = RandomFunction(seed: 1000 + seed, length: 10)
      let curvature = { (x: Tensor, y: Tensor, m: Tensor) -> (Tensor, Tensor) in
        let product = hessianVectorProduct(at: x, along: y) { x in f(x, y, m) }
        return (product, hessian(at: x) { x in f(x, y, m) })
      }
      let step = recorded(curvature)
      for call in 0..<4 {
        let (x, y, m) = inputs(7 * seed + call, .float64)
        let (expected, found) = (curvature(x, y, m), step(x, y, m))
        expectSame(found.0, expected.0, "seed \(seed)")
        expectSame(found.1, expected.1, "seed \(seed)")
      }
      #expect(step.isRecorded, "\(step.reason ?? "")")
    }
  }

  @Test func shapesAndTypesMayChange() {
    let f = { (x: Tensor) in softmax(x * 3) + x.sum(axis: 0) }
    let step = recorded(f)
    for round in 0..<4 {
      for shape in [[2, 3], [5, 3], [1, 1], [0, 3], [4, 3, 3], [2, 3]] {
        for dtype in [DType.float32, .float64] {
          var draw = Generator(seed: round)
          let x = Tensor.normal(shape, dtype: dtype, from: &draw)
          expectSame(step(x), f(x), "\(shape)")
        }
      }
    }
    let x = Tensor.arange(12).cast(to: .float32).reshaped([3, 4]).T
    for _ in 0..<3 { expectSame(step(x), f(x)) }
    #expect(step.isRecorded)
  }

  /// What has no elements takes no place that another result has.
  @Test func nothingTakesNoPlace() {
    let f = { (x: Tensor, y: Tensor) -> (Tensor, Tensor) in
      gradient(at: x, x * 2) { a, b in
        let z = (y - a) / b
        return sum((log(b) - square(z)).sum(axis: -1)) + sum(a * b)
      }
    }
    let step = recorded(f)
    for value in [0.0, 0, 1, 2] {
      let (x, y) = (Tensor([[value]], dtype: .float64), Tensor.zeros([3, 0]))
      let (expected, found) = (f(x, y), step(x, y))
      expectSame(found.0, expected.0)
      expectSame(found.1, expected.1)
    }
    #expect(step.isRecorded)
  }

  @Test func longTensors() {
    var draw = Generator(seed: 2)
    let f = { (x: Tensor, w: Tensor) -> (Tensor, Tensor) in
      let y = sin(x * 1e9) + exp(-square(x)) * w
      return (y, gradient(at: w) { w in sum((tanh(x * w) * x).sum(axis: 0) * w) })
    }
    let step = recorded(f)
    for _ in 0..<4 {
      let x = Tensor.normal([900, 400], from: &draw)
      let w = Tensor.normal([400], from: &draw)
      let (expected, found) = (f(x, w), step(x, w))
      expectSame(found.0, expected.0)
      expectSame(found.1, expected.1)
    }
    #expect(step.isRecorded, "\(step.reason ?? "")")
    // Outside, the sum of what has just been made is taken block by block.
    let total = recorded { (x: Tensor) in sum(exp(x)) }
    let x = Tensor.normal([200, 300], from: &draw)
    for _ in 0..<3 { expectSame(total(x), sum(exp(x))) }
    #expect(total.reason?.contains("long") == true)
  }

  @Test(arguments: [DType.int32, .int64, .uint8])
  func positionsAreArguments(dtype: DType) {
    let f = { (x: Tensor, labels: Tensor) -> (Tensor, Tensor) in
      valueAndGradient(at: x) { x in
        let scores = logSoftmax(x).gathered(labels.expandedDims(axis: -1))
        return mean(scores) + sum(square(x.take(labels)))
      }
    }
    let step = recorded(f)
    for call in 0..<5 {
      var draw = Generator(seed: call)
      let x = Tensor.normal([4, 4], from: &draw)
      let labels = Tensor.randomIntegers([4], in: 0..<4, from: &draw).cast(to: dtype)
      let (expected, found) = (f(x, labels), step(x, labels))
      expectSame(found.0, expected.0)
      expectSame(found.1, expected.1)
    }
    #expect(step.isRecorded, "\(step.reason ?? "")")
  }

  @Test(arguments: [DType.float32, .float64, .float16, .int32, .bool])
  func elementsAreWritten(dtype: DType) {
    let f = { (x: Tensor) -> (Tensor, Tensor) in
      var y = x
      y[0] = x[1]
      y[1..., 2] = x[..<2, 0]
      y[-1] .= 1
      var z = Tensor.zeros([3, 4], dtype: x.dtype)
      z[1...] = y[..<2]
      z[0, [3, 1]] = y[1, [0, 2]]
      var flat = y.flattened()
      flat[flat.argmax().item() > 99 ? 0 : 1] = x[0, 0]
      return (z, flat)
    }
    let g = { (x: Tensor) -> (Tensor, Tensor) in
      var y = x.T
      y[0..., 1] = x[1, ..<4]
      y += x.T
      return (y, x.take(x.argmax(axis: 0)))
    }
    let (first, second) = (recorded(f), recorded(g))
    for call in 0..<4 {
      var draw = Generator(seed: call)
      let x = (Tensor.normal([3, 4], from: &draw) * 2).cast(to: dtype)
      expectSame(first(x).0, f(x).0)
      expectSame(first(x).1, f(x).1)
      if dtype == .bool { continue }
      expectSame(second(x).0, g(x).0)
      expectSame(second(x).1, g(x).1)
    }
    #expect(!first.isRecorded)
    #expect(second.isRecorded == (dtype != .bool), "\(second.reason ?? "")")
  }

  @Test func positionsOutsideEndTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let step = recorded { (x: Tensor, i: Tensor) in x.take(i) }
      for _ in 0..<3 { _ = step(Tensor([1.0, 2, 3]), Tensor([-1, 2])) }
      _ = step(Tensor([1.0, 2, 3]), Tensor([0, 3]))
    }
    #expect(lastWords(result).contains("position 3 is outside of 0..<3"))
  }

  @Test func modelsAreArgumentsAndResults() {
    struct Line: Model {
      var slope = Tensor([1.0, 2.0])
      var offset = Tensor(0.5)
      @NonTrainable var count = Tensor(0)
      var name = "line"
    }
    func train(_ line: Line, _ x: Tensor, _ y: Tensor, _ rate: Tensor) -> (Line, Tensor) {
      let (loss, slope) = valueAndGradient(at: line) { line in
        mean(square(matmul(x, line.slope) + line.offset - y))
      }
      var next = line.mapParameters(with: slope) { $0 - rate * $1 }
      next.count = line.count + 1
      return (next, loss)
    }
    let step = recorded(train)
    var (a, b) = (Line(), Line())
    var draw = Generator(seed: 1)
    for i in 0..<20 {
      let (x, y) = (Tensor.normal([8, 2], from: &draw), Tensor.normal([8], from: &draw))
      let rate = Tensor(0.1 / Double(1 + i))
      let (expected, found) = (train(a, x, y, rate), step(b, x, y, rate))
      (a, b) = (expected.0, found.0)
      expectSame(found.1, expected.1)
      expectSame(a.slope, b.slope)
      expectSame(a.offset, b.offset)
    }
    #expect(step.isRecorded, "\(step.reason ?? "")")
    #expect(b.count.item() == 20 && b.name == "line")
  }

  @Test func resultsOfEveryKind() {
    let constant = Tensor([[1.0, 2.0], [3.0, 4.0]])
    let f = { (x: Tensor) -> (Tensor, Tensor, [Tensor]) in
      (x, constant, [x.T, x[0], x[0..., 1], x.flipped(), (x * 2).T, x.reshaped([4]), x .> 0])
    }
    let step = recorded(f)
    for call in 0..<4 {
      let x = Tensor([[1.0, -2], [3, Double(call)]])
      let (expected, found) = (f(x), step(x))
      expectSame(found.0, expected.0)
      expectSame(found.1, expected.1)
      for (a, b) in zip(found.2, expected.2) { expectSame(a, b) }
      // What a call returned is its owner's: nothing that is done to it shows in the next one.
      var (mine, own, parts) = found
      mine[0] .= 9
      own[0] .= 9
      for i in parts.indices { parts[i][0] .= 9 }
    }
    #expect(step.isRecorded, "\(step.reason ?? "")")
    #expect(constant.doubles == [1, 2, 3, 4])
  }

  /// The same work is done once, and work that nobody needs not at all.
  @Test func operationsAreFewerThanWritten() {
    let step = recorded { (x: Tensor) -> Tensor in
      _ = exp(x)
      return sin(x) * sin(x)
    }
    for _ in 0..<3 { _ = step(Tensor([1.0, 2])) }
    #expect(step.operationCount == 2)
  }
}
