import Networks
import Tensors

/// Layers of images and sequences, losses, optimizers with all of their options, distributions.
func moreNetworkSubjects() -> [Subject] {
  layerSubjects() + lossSubjects() + optimizerSubjects() + distributionSubjects()
}

private func layerSubjects() -> [Subject] {
  var g = Generator(seed: 6)
  let layers: [(String, any Layer)] = [
    ("Conv2D", Conv2D(2, 3, stride: 2, from: &g)), ("Conv1D", Conv1D(3, 2, from: &g)),
    ("TransposedConv2D", TransposedConv2D(2, 3, from: &g)), ("Flatten", Flatten()),
    ("MaxPool2D", MaxPool2D()), ("MeanPool2D", MeanPool2D(2, stride: 1)),
    ("MaxPool1D", MaxPool1D()), ("MeanPool1D", MeanPool1D(2, stride: 1)),
    ("GlobalMeanPool", GlobalMeanPool()), ("GroupNorm", GroupNorm(groups: 2, 4)),
  ]
  func calls<L: Layer>(_ name: String, _ layer: L) -> [Subject] { smooth(name) { layer($0) } }
  let attention = Attention(4, heads: 2, from: &g)
  return layers.flatMap { calls($0, $1) }
    + Activation.allCases.flatMap { calls("Activation \($0)", $0) }
    + smooth("Attention over, masked") { x, y in attention(x, over: y, mask: Tensor([false])) }
}

private func lossSubjects() -> [Subject] {
  smooth("meanAbsoluteError") { meanAbsoluteError($0, $1) }
    + smooth("huberLoss") { huberLoss($0, $1, delta: 0.7) }
    + smooth("divergenceLoss") { divergenceLoss($0, of: $1) }
    + smooth("binaryCrossEntropy") { binaryCrossEntropy($0, $1) }
    + [
      .two("crossEntropy, ignoring") { crossEntropy($0, $1, ignoring: 1) },
      .many("crossEntropy, weighted", 3) { x in
        [crossEntropy(x[0], x[1], weights: x[2], ignoring: 0)]
      },
    ]
}

private func optimizerSubjects() -> [Subject] {
  let rules: [(String, any Optimizer)] = [
    ("SGD, Nesterov", SGD(momentum: 0.9, nesterov: true, weightDecay: 0.1)), ("SGD, plain", SGD()),
    ("AdamW", AdamW()), ("Adagrad", Adagrad()), ("AMSGrad", AMSGrad()), ("RMSProp", RMSProp()),
  ]
  return rules.map { name, rule in
    // Two steps, the second with what the first has left.
    .two(name) { p, slope in
      func walked<O: Optimizer>(_ rule: O) -> Tensor {
        var (x, rule) = (p, rule)
        rule.update(&x, along: slope)
        rule.update(&x, along: slope)
        return x
      }
      return walked(rule)
    }
  } + [.one("keeping") { $0.keeping { _ in false } }]
}

private func distributionSubjects() -> [Subject] {
  func both<D: Distribution>(_ name: String, _ make: @escaping (Tensor) -> D) -> [Subject] {
    smooth("\(name), density") { x, y in make(x).logDensity(y) }
      + [
        .one("\(name), sample") { x in
          var g = Generator(seed: 7)
          return make(x).sample(from: &g)
        }
      ]
  }
  return both("Normal") { Normal(mean: $0, deviation: $0) }
    + both("Normal, log") { Normal(mean: $0, logDeviation: $0) }
    + both("Squashed") { Squashed(Normal(mean: $0, deviation: $0), low: -1, high: 2) }
    + both("Categorical") { Categorical(logits: $0) }
    + both("Bernoulli") { Bernoulli(logits: $0) }
    + both("FullNormal") { FullNormal(mean: $0[.ellipsis, 0], factor: $0) }
    + smooth("entropy") { Normal(mean: $0, deviation: $0).entropy }
    + smooth("entropy of choices") { Categorical(logits: $0).entropy }
    + smooth("entropy of coins") { Bernoulli(logits: $0).entropy }
    + smooth("divergence") { x, y in
      Normal(mean: x, deviation: x).divergence(from: Normal(mean: y, deviation: y))
    }
    + smooth("divergence of choices") { x, y in
      Categorical(logits: x).divergence(from: Categorical(logits: y))
    }
    + smooth("divergence of coins") { x, y in
      Bernoulli(logits: x).divergence(from: Bernoulli(logits: y))
    }
}
