import Networks
import Testing

private func fiveSteps(_ optimizer: some Optimizer) -> [Double] {
  var (rule, p) = (optimizer, Tensor([1.0, -2.0, 3.0], dtype: .float64))
  for _ in 0..<5 { rule.update(&p, along: gradient(at: p) { sum($0 ** 4) }) }
  return p.doubles
}

private func close(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-10) -> Bool {
  zip(a, b).allSatisfy { Swift.abs($0 - $1) < tolerance }
}

/// Positions after five steps on Σp⁴, printed by make_reference.py (torch 2.15.0).
@Suite struct OptimizersAgreeWithPyTorch {
  @Test func sgd() {
    #expect(
      close(
        fiveSteps(SGD(learningRate: 0.01, momentum: 0.9)),
        [0.5867436942048694, 0.1780459833991768, -2.2851514561747406]))
    #expect(
      close(
        fiveSteps(SGD(learningRate: 0.005, momentum: 0.9, nesterov: true)),
        [0.7285464157348527, -0.579522542863423, -0.30791367063013225]))
  }

  @Test func adam() {
    #expect(
      close(
        fiveSteps(Adam(learningRate: 0.1)),
        [0.5339223782579703, -1.5119663616996282, 2.5067418352791027]))
    #expect(
      close(
        fiveSteps(AdamW(learningRate: 0.1)),
        [0.530378926583869, -1.5033121111730978, 2.4930354785322284]))
  }

  @Test func rmsProp() {
    #expect(
      close(
        fiveSteps(RMSProp(learningRate: 0.05)),
        [0.34034835493600885, -1.0171422056037924, 1.8381743162114084]))
  }
}

@Test func lbfgsFindsTheValley() {
  let start = Tensor([-1.2, 1.0], dtype: .float64)
  let found = minimizeLBFGS(from: start, tolerance: 1e-8) { x in
    100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
  }
  #expect(found.converged, "\(found.advice)")
  #expect(close(found.solution.doubles, [1, 1], 1e-6))
}

@Suite struct Models {
  @Test func parametersAreWalkedByName() {
    let model = Sequential(MLP([2, 3, 1]), Residual(Dense(1, 1)), LayerNorm(1))
    let names = model.namedParameters.map(\.name)
    #expect(
      names == [
        "layers.0.layers.0.weight", "layers.0.layers.0.bias", "layers.0.layers.1.weight",
        "layers.0.layers.1.bias", "layers.1.inner.weight", "layers.1.inner.bias",
        "layers.2.scale", "layers.2.shift",
      ])
    #expect(model.parameterCount == 9 + 4 + 2 + 2)
    #expect(model.summary().total == model.parameterCount)
  }

  @Test func trainingLowersTheLoss() {
    var generator = Generator(seed: 1)
    var model = MLP([1, 16, 1], activation: .tanh, from: &generator)
    let x = Tensor.linspace(-2, 2, 64).reshaped(-1, 1)
    let y = sin(x * 2)
    var optimizer = Adam(learningRate: 0.02)
    let before = meanSquaredError(model(x), y).item()
    for _ in 0..<300 {
      let g = gradient(at: model) { meanSquaredError($0(x), y) }
      optimizer.update(&model, along: g)
    }
    #expect(meanSquaredError(model(x), y).item() < before / 20)
  }

  @Test func everyLayerHasAGradient() {
    var generator = Generator(seed: 2)
    let images = Tensor.normal([2, 8, 8, 3], from: &generator)
    let words = Tensor.normal([2, 5, 4], from: &generator)
    func check<M: Layer>(_ model: M, _ x: Tensor) {
      let g = gradient(at: model) { m in training { square(m(x)).sum() } }
      #expect(g.parameters.allSatisfy { isFinite($0).all() })
      #expect(g.globalNorm() > 0)
    }
    check(ResNet(channels: 3, widths: [4, 8], classes: 5, from: &generator), images)
    check(Conv1D(4, 3, from: &generator), words)
    check(GRU(4, 6, from: &generator), words)
    check(LSTM(4, 6, from: &generator), words)
    check(Attention(4, heads: 2, from: &generator), words)
    check(Sequential(BatchNorm(4), Dropout(0.2), Dense(4, 2)), words)
  }

  @Test func parametersSurviveAFile() throws {
    var generator = Generator(seed: 3)
    let model = MLP([3, 4, 2], from: &generator)
    var other = MLP([3, 4, 2], from: &generator)
    let path = "/tmp/ansatz-test-\(generator.next()).safetensors"
    try model.save(path)
    try other.load(path)
    #expect(model.parameters == other.parameters)
    #expect(throws: TensorFileError.self) { try loadSafetensors("/nowhere") }
  }

  @Test func batchesCoverEveryRowOnce() {
    let rows = Tensor.arange(10)
    var seen: [Int] = []
    for (x, y) in Batches(of: 4, rows, rows, seed: 1) {
      #expect(x == y)
      seen += x.integers
    }
    #expect(seen.sorted() == Array(0..<10) && seen != Array(0..<10))
  }
}
