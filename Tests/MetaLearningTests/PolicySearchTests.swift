import Amortization
import MetaLearning
import Networks
import Tensors
import Testing

@Suite struct PolicySearchTests {
  /// ½yᵀAy with curvatures from 0.05 to 2, turned by a rotation.
  private func bowl(_ turn: Tensor) -> ParametricProblem {
    let curvature = Tensor([0.05, 0.3, 2.0], dtype: .float64)
    return ParametricProblem(
      dimension: 3, contexts: .normal(dimension: 3), dtype: .float64, start: { $0 }
    ) { y, _ in 0.5 * (curvature * square(matmul(y, turn))).sum(axis: -1) }
  }

  private func turned(_ seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    return qr(Tensor.normal([3, 3], dtype: .float64, from: &generator)).q
  }

  private func policy(_ rate: Double, _ momentum: Double) -> MomentumPolicy {
    var generator = Generator(seed: 1)
    return MomentumPolicy(stepSize: rate, momentum: momentum, dtype: .float64, from: &generator)
  }

  private func way<R: UpdateRule>(
    _ rule: R, _ problem: ParametricProblem, _ x: Tensor, _ steps: Int
  )
    -> [Tensor]
  {
    SemiAmortized(start: Activation.identity, update: rule, steps: steps).iterates(x, on: problem)
  }

  /// Before it has learned, it is gradient descent with momentum.
  @Test func itBeginsAsMomentum() {
    let problem = bowl(Tensor.eye(3, dtype: .float64))
    let x = problem.sampleContexts(20, seed: 2)
    let mine = way(policy(0.2, 0.8), problem, x, 15)
    let plain = way(GradientUpdate(stepSize: 0.2, momentum: 0.8), problem, x, 15)
    #expect(abs(mine[15] - plain[15]).max().item() < 1e-12)
  }

  /// What it has learned does not depend on the axes.
  @Test func turnedProblemsHaveTurnedWays() {
    let turn = turned(3)
    var generator = Generator(seed: 4)
    let rule = policy(0.2, 0.8).mapParameters {
      $0 + Tensor.normal($0.shape, std: 0.3, dtype: .float64, from: &generator)
    }
    let x = bowl(turn).sampleContexts(10, seed: 5)
    let here = way(rule, bowl(turn), x, 12)[12]
    let there = way(rule, bowl(Tensor.eye(3, dtype: .float64)), matmul(x, turn), 12)[12]
    #expect(abs(matmul(here, turn) - there).max().item() < 1e-9)
  }

  /// Found by values alone, it beats the best momentum method of a grid on new starts.
  @Test func itBeatsTunedMomentumOnABowl() {
    let problem = bowl(Tensor.eye(3, dtype: .float64))
    let x = problem.sampleContexts(200, seed: 99)
    var best = Double.infinity
    for rate in [0.1, 0.2, 0.4, 0.6, 0.8, 1.0] {
      for momentum in [0.3, 0.5, 0.7, 0.8, 0.9] {
        let last = way(GradientUpdate(stepSize: rate, momentum: momentum), problem, x, 20)[20]
        let value = problem(last, x).mean().item() as Double
        if value.isFinite { best = Swift.min(best, value) }
      }
    }
    var search = PolicySearch(
      policy(0.4, 0.7), start: Activation.identity, steps: 20, batch: 32, pairs: 6, seed: 6)
    let before = search.rule
    search.advance(by: 150, on: problem, showsProgress: false)
    let found = problem(way(search.rule, problem, x, 20)[20], x).mean().item() as Double
    let began = problem(way(before, problem, x, 20)[20], x).mean().item() as Double
    #expect(found < 0.7 * best, "\(found) against \(best), from \(began)")
    // A copy goes on alike.
    var (one, two) = (search, search)
    one.advance(by: 2, on: problem, showsProgress: false)
    two.advance(by: 2, on: problem, showsProgress: false)
    #expect(one.losses == two.losses)
  }

  /// The regressions have the losses that they say.
  @Test func regressionsAreWhatTheySay() {
    let logistic = RegressionFamily.logistic()
    let x = logistic.problem.sampleContexts(5, seed: 1).cast(to: .float64)
    let zero = Tensor.zeros([5, 4], dtype: .float64)
    #expect(abs(logistic.problem(zero, x) - 0.6931471805599453).max().item() < 1e-6)
    let robust = RegressionFamily.robust()
    let far = Tensor([0.0, 0, 0, 1e6], dtype: .float64).broadcast(to: [5, 4])
    let z = robust.problem.sampleContexts(5, seed: 1).cast(to: .float64)
    #expect(abs(robust.problem(far, z) - 1).max().item() < 1e-6)
    let row = robust.parts(z)
    let direct = square(row.targets) / (1 + square(row.targets))
    #expect(abs(robust.problem(zero, z) - direct.mean(axis: -1)).max().item() < 1e-6)
  }
}
