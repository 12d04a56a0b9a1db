import Networks
import Tensors
import Testing

@Suite struct LossTests {
  /// By hand from the definitions.
  @Test func valuesOfRegressionLosses() {
    let a = Tensor([0.0, 1, 5]), b = Tensor([0.5, 1, 2])
    #expect(abs(meanAbsoluteError(a, b).item() - 3.5 / 3) < 1e-6)
    #expect(abs(huberLoss(a, b).item() - (0.125 + 0 + 2.5) / 3) < 1e-6)
    #expect(abs(huberLoss(a, b, delta: 2).item() - (0.125 + 0 + 4) / 3) < 1e-6)
    let point = Tensor([0.1, 1.2, 5])
    #expect(gradientCheck(at: point) { huberLoss($0, b.cast(to: $0.dtype)) } < 1e-6)
  }

  @Test func divergenceOfEqualsIsZero() {
    let p = softmax(Tensor([[1.0, 2, 0.5], [0, 0, 9]], dtype: .float64))
    #expect(abs(divergenceLoss(log(p), of: p).item()) < 1e-15)
    let sure = Tensor([[1.0, 0]], dtype: .float64)
    let half = log(Tensor([[0.5, 0.5]], dtype: .float64))
    #expect(abs(divergenceLoss(half, of: sure).item() - 0.6931471805599453) < 1e-15)
  }

  /// The value of PyTorch 2: `F.cross_entropy(x, y, weight=w, ignore_index=-1)` is the weighted sum
  /// over the weights of the labels that count.
  @Test func classesAreWeightedAndLabelsIgnored() {
    let logits = Tensor([[2.0, -1, 0.5], [0.1, 0.2, 0.3], [1, 1, 1]], dtype: .float64)
    let plain = crossEntropy(logits, Tensor([0, 2, 1]))
    #expect(abs((crossEntropy(logits, Tensor([0, 2, 1]), ignoring: nil) - plain).item()) < 1e-15)
    let first = crossEntropy(logits[..<2], Tensor([0, 2]))
    let ignoring = crossEntropy(logits, Tensor([0, 2, -1]), ignoring: -1)
    #expect(abs((ignoring - first).item()) < 1e-15)
    let losses = logits.logSoftmax()
    let weights = Tensor([1.0, 2, 3], dtype: .float64)
    let expected = -(losses[0, 0].item() + 3 * losses[1, 2].item()) / 4
    let found = crossEntropy(logits, Tensor([0, 2, -1]), weights: weights, ignoring: -1)
    #expect(abs(found.item() - expected) < 1e-15)
  }

  /// PyTorch refuses them as well.
  @Test func labelsAndPositionsOutsideAreRefused() async {
    func words(_ result: ExitTest.Result?) -> String {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }
    let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Tensor.zeros([2, 3]), Tensor([-2, 0]), ignoring: -1)
    }
    #expect(words(label).contains("crossEntropy: label -2 with 3 classes, 0 to 2"))
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Embedding(3, 2)(Tensor([-1]))
    }
    #expect(words(row).contains("Embedding: position -1 in a table of 3, 0 to 2"))
    let choice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Categorical(logits: Tensor.zeros([2, 3])).logDensity(Tensor([1, 2]))
    }
    #expect(words(choice).contains("write labels.oneHot(3)"))
    let width = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LayerNorm(3)(Tensor.zeros([4, 1]))
    }
    #expect(words(width).contains("LayerNorm: […, 3], not shape [4, 1]"))
    let inputs = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Dense(3, 2)(Tensor.zeros([4, 5]))
    }
    #expect(words(inputs).contains("Dense: […, 3], not shape [4, 5]"))
  }

  /// A step of training whose batch is an argument.
  @Test func stepsAreRecorded() async {
    func slope(_ model: MLP, _ x: Tensor, _ labels: Tensor) -> (Tensor, MLP) {
      valueAndGradient(at: model) { m in crossEntropy(m(x), labels) }
    }
    let step = recorded(slope)
    var draw = Generator(seed: 3)
    var model = MLP([2, 8, 3], activation: .relu)
    var optimizer = Adam(learningRate: 0.05)
    for _ in 0..<30 {
      let x = Tensor.normal([16, 2], from: &draw)
      let labels = Tensor.randomIntegers([16], in: 0..<3, from: &draw)
      let (expected, found) = (slope(model, x, labels), step(model, x, labels))
      #expect(expected.0 == found.0)
      for (a, b) in zip(expected.1.parameters, found.1.parameters) { #expect(a == b) }
      optimizer.update(&model, along: found.1)
    }
    #expect(step.isRecorded, "\(step.reason ?? "")")
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loss = recorded { (z: Tensor, labels: Tensor) in crossEntropy(z, labels) }
      for _ in 0..<3 { _ = loss(Tensor.zeros([2, 3]), Tensor([0, 2])) }
      _ = loss(Tensor.zeros([2, 3]), Tensor([0, 3]))
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("label 3 with 3 classes"))
  }
}
