import Networks
import Tensors
import Testing

private let infinity = Double.infinity

private func row(_ values: [Double]) -> Tensor { Tensor([values], dtype: .float64) }

private func isClose(_ a: [Double], _ b: [Double], _ within: Double = 1e-12) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { $0 == $1 || Swift.abs($0 - $1) <= within * (1 + Swift.abs($1)) }
}

/// Values at the edges of losses, distributions and optimizers, by PyTorch 2.13 and SciPy 1.17.
@Suite struct ReferenceValues {
  /// `F.cross_entropy(…, ignore_index=-1)`: a row that does not count may hold anything
  /// (its gradient is 0 here, where PyTorch has NaN).
  @Test func ignoredRowsMayHoldNoNumbers() {
    let labels = Tensor([0, -1, 2, -1])
    let logits = Tensor(
      [[1, 2, 3], [.nan, 0, 0], [0.5, -infinity, 0], [-infinity, -infinity, -infinity]],
      dtype: .float64)
    let (loss, slope) = valueAndGradient(at: logits) { crossEntropy($0, labels, ignoring: -1) }
    #expect(isClose([loss.item()], [1.6908414743122435]))
    let shares = [
      -0.4549847134148098, 0.12236423552739882, 0.3326204778874109,
      0, 0, 0, 0.3112296656009273, 0, -0.3112296656009273, 0, 0, 0,
    ]
    #expect(isClose(slope.doubles, shares))
  }

  /// `scipy.stats.bernoulli` at p = 0 and 1, and its `logpmf(1, p)` at p = 1/(1 + e⁻⁴⁰).
  @Test func certainOutcomes() {
    let sure = Bernoulli(probabilities: row([0, 1]))
    #expect(sure.logDensity(row([0, 1])).doubles == [0])
    #expect(sure.logDensity(row([1, 1])).doubles == [-infinity])
    #expect(sure.entropy.doubles == [0])
    #expect(sure.divergence(from: sure).doubles == [0])
    let open = Bernoulli(probabilities: row([0.5, 0.25]))
    #expect(isClose(sure.divergence(from: open).doubles, [2.0794415416798357]))
    #expect(open.divergence(from: sure).doubles == [infinity])
    let missing = Bernoulli(logits: row([.nan, infinity]))
    #expect(missing.divergence(from: open).item().isNaN && missing.entropy.item().isNaN)
    let choice = Categorical(logits: row([0, 1]))
    #expect(choice.logDensity(row([.nan, 0])).item().isNaN)
    // A certain number beside an open one.
    let mixed = Bernoulli(logits: row([infinity, 0.3]))
    #expect(isClose(mixed.logDensity(row([1, 0])).doubles, [-0.8543552444685272]))
    #expect(isClose(mixed.entropy.doubles, [0.6820224894250294]))
  }

  /// KL = −log σ − ½ where σ² is nothing in single precision.
  @Test func divergenceOfNarrowNormals() {
    let narrow = Normal(mean: Tensor([[0.0]]), deviation: Tensor([[1e-25]], dtype: .float32))
    let found = narrow.divergence(from: .standard([1, 1])).item()
    #expect(Swift.abs(found - 57.06462732485115) < 1e-4)
  }

  /// The density of `TanhTransform` is 0 outside of the box, and finite at its rounded edges.
  @Test func nothingLiesOutsideOfABox() {
    let squashed = Squashed(
      Normal(mean: row([0.2, 0]), deviation: row([1, 2])), low: 100, high: 103)
    #expect(squashed.logDensity(row([101, 104])).doubles == [-infinity])
    #expect(squashed.logDensity(row([99.9, 101])).doubles == [-infinity])
    #expect(squashed.logDensity(row([103, 101])).item().isFinite)
    var generator = Generator(seed: 4)
    let wide = Normal(mean: Tensor.zeros([500, 2]), deviation: Tensor([8.0]))
    let narrow = Squashed(wide, low: 100, high: 103)
    #expect(isFinite(narrow.logDensity(narrow.sample(from: &generator))).all())
  }

  /// `clip_grad_norm_` in double precision: lengths whose squares are no numbers.
  @Test func gradientsOfAnySizeAreClipped() {
    #expect(isClose(Tensor([3e30, 4e30]).clipped(toNorm: 1).doubles, [0.6, 0.8], 1e-6))
    let large = Tensor([3e200, 4e200], dtype: .float64)
    #expect(isClose(large.clipped(toNorm: 1).doubles, [0.6, 0.8]))
    let small = Tensor([3e-30, 4e-30], dtype: .float32)
    #expect(Swift.abs(small.globalNorm() / 5e-30 - 1) < 1e-6)
    #expect(isClose((small.clipped(toNorm: 1e-30) * 1e30).doubles, [0.6, 0.8], 1e-6))
    #expect([Tensor([3e30]), Tensor([4e30])].globalNorm() / 5e30 - 1 < 1e-6)
    #expect(Tensor.zeros([3]).clipped(toNorm: 1).doubles == [0, 0, 0])
  }

  /// `scaled_dot_product_attention`: where nothing may be looked at, nothing is heard.
  @Test func attentionToNothingIsNothing() {
    var generator = Generator(seed: 5)
    let attention = Attention(4, heads: 2, dtype: .float64, from: &generator)
    let x = Tensor.normal([1, 2, 4], dtype: .float64, from: &generator)
    let mask = Tensor([[false, false], [true, false]])
    let y = attention(x, over: x, mask: mask)
    let bias = attention(x * 0, over: x * 0)
    #expect(attention.output.bias != nil && isClose(y[0, 0].doubles, bias[0, 0].doubles))
    let alone = attention(x[0..., 1...], over: x[0..., ..<1])
    #expect(isClose(y[0, 1].doubles, alone[0, 0].doubles))
  }

  /// √ has no derivative at 0: the loss is 0 and its gradient NaN.
  @Test func stepsWithoutAGradientAreNotTaken() {
    var learner = Learner(Tensor([0.0, 1]), optimizer: SGD())
    let value = learner.attempt { model, _ in sqrt(model[0]) * 0 + model[1] }
    #expect(value.isNaN && learner.model.doubles == [0, 1] && learner.steps == 0)
    let next = learner.attempt { model, _ in square(model).sum() }
    #expect(next == 1 && learner.steps == 1)
  }

  @Test func optimizersOfOtherModelsAreRefused() async {
    for kind in [0, 1] {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        [kind = kind as Int] in
        var rules: [any Optimizer] = [Adagrad(), AMSGrad()]
        var (first, second) = (Tensor([1.0]), Tensor([[1.0, 2], [3, 4]]))
        rules[kind].update(&first, along: first)
        rules[kind].update(&second, along: second)
      }
      let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(words.contains("has stepped another model"), "\(words)")
    }
  }
}
