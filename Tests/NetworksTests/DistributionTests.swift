import Networks
import Testing

// Values by SciPy 1.17.1.

private func row(_ values: [Double]) -> Tensor { Tensor([values], dtype: .float64) }

private let m = row([0.3, -1.2, 2.0])
private let s = row([0.5, 1.5, 2.0])
private let y = row([0.1, 0.7, -1.0])
private let lower = Tensor(
  [[[1.2, 0, 0], [0.4, 0.8, 0], [-0.3, 0.5, 1.5]]], dtype: .float64)

private func isClose(_ a: Tensor, _ b: Double, _ within: Double = 1e-12) -> Bool {
  Swift.abs(a.item() - b) <= within * Swift.max(1, Swift.abs(b))
}

/// ∫ f over an interval, by the midpoint rule.
private func integral(_ low: Double, _ high: Double, _ f: (Tensor) -> Tensor) -> Double {
  let n = 20_000
  let step = (high - low) / Double(n)
  let points = low + step * (Tensor.arange(n).cast(to: .float64) + 0.5)
  return f(points.reshaped([n, 1])).sum().item() * step
}

/// One distribution over numbers, repeated for every row of a grid.
private func squashed(_ rows: Int) -> Squashed {
  Squashed(
    Normal(
      mean: Tensor.full([rows, 1], 0.4, dtype: .float64),
      deviation: Tensor.full([rows, 1], 0.8, dtype: .float64)), low: -1, high: 3)
}

private func mixture(_ rows: Int) -> Mixture<Normal> {
  func normal(_ mean: Double, _ deviation: Double) -> Normal {
    Normal(
      mean: Tensor.full([rows, 1], mean, dtype: .float64),
      deviation: Tensor.full([rows, 1], deviation, dtype: .float64))
  }
  return Mixture(
    logits: row([0.1, -0.6]).broadcast(to: [rows, 2]), [normal(-1, 0.5), normal(1.5, 1)])
}

@Suite struct Distributions {
  @Test func densitiesAndEntropiesAreSciPys() throws {
    let normal = Normal(mean: m, deviation: s)
    #expect(isClose(normal.logDensity(y), -5.169502929944405))
    #expect(isClose(normal.entropy, 4.662280707722182))
    let full = FullNormal(mean: m, factor: lower)
    #expect(isClose(full.logDensity(y), -10.22621951567106))
    #expect(isClose(full.entropy, 4.621458713201928))
    let same = try FullNormal(mean: m, covariance: matmul(lower, lower.mT))
    #expect(isClose(same.logDensity(y), -10.22621951567106))
    let choice = Categorical(logits: row([0.2, -1.0, 0.7, 1.4]))
    #expect(isClose(choice.logDensity(row([0, 0, 1, 0])), -1.335781522948679))
    #expect(isClose(choice.entropy, 1.126523962406321))
    #expect(
      isClose(
        choice.divergence(from: Categorical(logits: row([0.0, 0.5, -0.5, 1.0]))),
        0.2387509586987871))
    let coins = Bernoulli(logits: row([0.3, -2.0]))
    #expect(isClose(coins.logDensity(row([1, 0])), -0.6812832555114995))
    #expect(isClose(coins.entropy, 1.0473563445122371))
    #expect(isClose(squashed(1).logDensity(row([2.1])), -1.0659475206938764))
    #expect(isClose(mixture(1).logDensity(row([0.2])), -2.444267363431231))
  }

  @Test func densitiesIntegrateToOneAndEntropiesToThemselves() {
    let one = 20_000
    let normal = Normal(
      mean: Tensor.full([one, 1], 0.7, dtype: .float64),
      deviation: Tensor.full([one, 1], 1.3, dtype: .float64))
    let mix = mixture(one)
    let box = squashed(one)
    #expect(Swift.abs(integral(-12, 14) { exp(normal.logDensity($0)) } - 1) < 1e-8)
    #expect(Swift.abs(integral(-9, 11) { exp(mix.logDensity($0)) } - 1) < 1e-8)
    #expect(Swift.abs(integral(-1, 3) { exp(box.logDensity($0)) } - 1) < 1e-6)
    let entropy = integral(-12, 14) { -exp(normal.logDensity($0)) * normal.logDensity($0) }
    #expect(Swift.abs(entropy - normal.entropy[0].item()) < 1e-8)
    // Without a closed form: by samples, against the integral.
    var generator = Generator(seed: 1)
    let exact = integral(-1, 3) { -exp(box.logDensity($0)) * box.logDensity($0) }
    let estimate = box.estimatedEntropy(samples: 2, from: &generator)
    #expect(Swift.abs((estimate.mean() - exact).item()) < 0.02)
    let exactMix = integral(-9, 11) { -exp(mix.logDensity($0)) * mix.logDensity($0) }
    let estimateMix = mix.estimatedEntropy(samples: 2, from: &generator).mean()
    #expect(Swift.abs((estimateMix - exactMix).item()) < 0.02)
  }

  @Test func divergencesAreTheirIntegrals() {
    let n = 20_000
    func normal(_ mean: Double, _ deviation: Double) -> Normal {
      Normal(
        mean: Tensor.full([n, 1], mean, dtype: .float64),
        deviation: Tensor.full([n, 1], deviation, dtype: .float64))
    }
    let (p, q) = (normal(0.4, 0.6), normal(-0.3, 1.1))
    let exact = integral(-8, 8) { exp(p.logDensity($0)) * (p.logDensity($0) - q.logDensity($0)) }
    #expect(Swift.abs(p.divergence(from: q)[0].item() - exact) < 1e-8)
    let standard = p.divergence(from: normal(0, 1))[0].item() as Double
    #expect(Swift.abs(p.divergenceFromStandard[0].item() - standard) < 1e-12)
    var generator = Generator(seed: 2)
    let estimate = p.estimatedDivergence(from: q, samples: 2, from: &generator).mean()
    #expect(Swift.abs((estimate - exact).item()) < 0.02)
    // A full covariance that is diagonal is the diagonal case.
    let diagonal = Normal(mean: m, deviation: s)
    let other = Normal(mean: y, deviation: s + 0.5)
    func full(_ normal: Normal) -> FullNormal {
      FullNormal(mean: normal.mean, factor: normal.deviation[0].asDiagonal().reshaped([1, 3, 3]))
    }
    let both = full(diagonal).divergence(from: full(other))
    #expect(isClose(both, diagonal.divergence(from: other).item()))
    let coins = Bernoulli(logits: row([0.3, -2.0]))
    let pair = Bernoulli(logits: row([-1.0, 0.5]))
    let byHand =
      Categorical(logits: row([0.3, 0])).divergence(from: .init(logits: row([-1, 0])))
      + Categorical(logits: row([-2, 0])).divergence(from: .init(logits: row([0.5, 0])))
    #expect(isClose(coins.divergence(from: pair), byHand.item()))
  }

  @Test func samplesHaveTheirMoments() {
    let n = 40_000
    var generator = Generator(seed: 3)
    let full = FullNormal(
      mean: m.broadcast(to: [n, 3]), factor: lower.broadcast(to: [n, 3, 3]))
    let draws = full.sample(from: &generator)
    let centred = draws - draws.mean(axis: 0)
    let covariance = matmul(centred.T, centred) / Double(n)
    #expect(abs(draws.mean(axis: 0) - m[0]).max().item() < 0.04)
    #expect(abs(covariance - full.covariance[0]).max().item() < 0.06)
    let choice = Categorical(logits: row([0.2, -1.0, 0.7, 1.4]).broadcast(to: [n, 4]))
    let shares = choice.sample(from: &generator).mean(axis: 0)
    #expect(abs(shares - choice.probabilities[0]).max().item() < 0.015)
    let inside = squashed(n).sample(from: &generator)
    #expect(inside.min().item() > -1 && inside.max().item() < 3)
    // E y by integration.
    let mean = integral(-1, 3) { $0[0..., 0] * exp(squashed(20_000).logDensity($0)) }
    #expect(Swift.abs(inside.mean().item() - mean) < 0.02)
    let mixed = mixture(n).sample(from: &generator)
    let weight = softmax(row([0.1, -0.6]))[0]
    let middle = (weight * Tensor([-1.0, 1.5], dtype: .float64)).sum()
    #expect(Swift.abs((mixed.mean() - middle).item()) < 0.03)
  }

  /// d/dm E y² = 2m, through samples and through the score.
  @Test func bothKindsOfGradientAreTheGradientOfTheExpectation() {
    let n = 100_000
    let at = Tensor(0.7, dtype: .float64)
    func normal(_ m: Tensor) -> Normal {
      Normal(mean: m.broadcast(to: [n, 1]), deviation: Tensor.ones([n, 1], dtype: .float64))
    }
    let through = gradient(at: at) { m in
      var generator = Generator(seed: 4)
      return square(normal(m).sample(from: &generator)).mean()
    }
    #expect(Swift.abs(through.item() - 1.4) < 0.02)
    let score = gradient(at: at) { m in
      var generator = Generator(seed: 5)
      let y = stopGradient(normal(m).sample(from: &generator))
      return normal(m).scoreSurrogate(square(y)[0..., 0] - 1.49, at: y)
    }
    #expect(Swift.abs(score.item() - 1.4) < 0.06)
    // Bernoulli: d/dl E b = p(1 − p).
    let logit = gradient(at: at) { l in
      var generator = Generator(seed: 6)
      let coins = Bernoulli(logits: l.broadcast(to: [n, 1]))
      let b = coins.sample(from: &generator)
      return coins.scoreSurrogate(b[0..., 0] - 0.5, at: b)
    }
    let p = 1 / (1 + exp(Tensor(-0.7, dtype: .float64)).item() as Double)
    #expect(Swift.abs(logit.item() - p * (1 - p)) < 0.01)
  }

  @Test func gradientsOfDensitiesAreRight() {
    #expect(gradientCheck(at: m) { Normal(mean: $0, deviation: s).logDensity(y).sum() } < 1e-6)
    #expect(gradientCheck(at: s) { Normal(mean: m, deviation: $0).entropy.sum() } < 1e-6)
    #expect(
      gradientCheck(at: lower) { FullNormal(mean: m, factor: $0).logDensity(y).sum() } < 1e-6)
    let logits = row([0.2, -1.0, 0.7])
    #expect(gradientCheck(at: logits) { Categorical(logits: $0).entropy.sum() } < 1e-6)
    #expect(
      gradientCheck(at: row([0.4])) {
        Squashed(Normal(mean: $0, deviation: row([0.8]))).logDensity(row([0.3])).sum()
      } < 1e-6)
  }

  @Test func squashedDensitiesSurviveTheEdge() {
    let far = Squashed(Normal(mean: Tensor([[30.0, -30.0]]), deviation: Tensor([[1.0, 1.0]])))
    var generator = Generator(seed: 7)
    let (outcome, density) = far.sampleWithDensity(from: &generator)
    #expect(outcome[0, 0].item() == 1 && isFinite(density).all())
    #expect(isFinite(far.logDensity(outcome)).all())
    let slope = gradient(at: Tensor([[30.0, -30.0]])) { mean in
      var generator = Generator(seed: 7)
      return Squashed(Normal(mean: mean, deviation: Tensor([[1.0, 1.0]])))
        .sampleWithDensity(from: &generator).logDensity.sum()
    }
    #expect(isFinite(slope).all())
  }

  @Test func impossibleChoicesCountNothing() {
    let never = Categorical(logits: row([0, -Double.infinity, 0]))
    #expect(isClose(never.entropy, 0.6931471805599453))
    #expect(
      isClose(never.divergence(from: Categorical(logits: row([0, 0, 0]))), 0.4054651081081644))
  }
}
