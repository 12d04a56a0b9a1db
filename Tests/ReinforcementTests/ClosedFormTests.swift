import Reinforcement
import Testing

/// A mass in the plane, whose forces along one diagonal are dearer than along the other.
private struct Mass {
  let system: LinearQuadratic
  let optimum: RiccatiSolution
  let curvature: Tensor

  init() throws {
    func matrix(_ rows: [[Double]]) -> Tensor { stack(rows.map { Tensor($0) }, axis: 0) }
    let b = matrix([[0, 0], [0, 0], [0.1, 0], [0, 0.1]]).cast(to: .float64)
    let r = matrix([[0.3, 0.2], [0.2, 0.3]]).cast(to: .float64)
    system = LinearQuadratic(
      matrix([[1, 0, 0.1, 0], [0, 1, 0, 0.1], [0, 0, 1, 0], [0, 0, 0, 1]]).cast(to: .float64), b,
      stateCost: matrix([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0.1, 0], [0, 0, 0, 0.1]])
        .cast(to: .float64),
      actionCost: r, horizon: 200)
    optimum = try RiccatiSolution(of: system)
    curvature = 2 * (r + matmul(b.T, matmul(optimum.value, b)))
  }

  func q(_ x: Tensor, _ u: Tensor) -> Tensor {
    let step = system.step(x, u)
    return step.reward + optimum.values(step.state)
  }

  /// The gain of a linear policy that a loss was trained into, less Riccati's: the largest error.
  func error(steps: Int = 400, _ loss: (LinearPolicy, inout Generator) -> Tensor) -> Double {
    var learner = Learner(
      LinearPolicy(observation: 4, action: 2, dtype: .float64),
      schedule: .cosine(from: 0.1, to: 1e-4, steps: steps), seed: 1)
    for _ in 0..<steps {
      learner.step { policy, noise in
        var own = noise
        return loss(policy, &own)
      }
    }
    return abs(learner.model.weight + optimum.gain.T).max().item()
  }

  func states(_ own: inout Generator) -> Tensor { system.reset(64, from: &own) }
}

@Suite struct QuadraticQ {
  /// λ = (mean, log of the factor's diagonal, what is below it).
  private func law(_ lambda: Tensor) -> FullNormal {
    let scale = exp(lambda[0..., 2..<4])
    let zero = 0 * scale[0..., 0]
    let rows = [
      stack([scale[0..., 0], zero], axis: 1), stack([lambda[0..., 4], scale[0..., 1]], axis: 1),
    ]
    return FullNormal(mean: lambda[0..., 0..<2], factor: stack(rows, axis: 1))
  }

  private func trained(_ mass: Mass, temperature: Double, steps: Int) -> FullNormal {
    let problem = ParametricProblem.greedyDistribution(
      parameters: 5, temperature: temperature, contexts: .normal(dimension: 4), dtype: .float64,
      distribution: law, value: mass.q)
    var generator = Generator(seed: 3)
    let run = train(
      FullyAmortized(Dense(4, 5, dtype: .float64, from: &generator)), on: problem, steps: steps,
      options: TrainingOptions(
        batch: 64, schedule: .cosine(from: 0.1, to: 1e-5, steps: steps), heldOut: 0))
    return law(run.model(problem.sampleContexts(50, seed: 9), on: problem))
  }

  @Test(arguments: [1.0, 0.1]) func softOptimumIsTheGaussianOfTheClosedForm(_ α: Double) throws {
    let mass = try Mass()
    let found = trained(mass, temperature: α, steps: 1500)
    let problem = ParametricProblem(
      dimension: 1, contexts: .normal(dimension: 4), dtype: .float64, objective: { y, _ in y })
    let x = problem.sampleContexts(50, seed: 9)
    #expect(abs(found.mean - mass.optimum.action(x)).max().item() < 1e-2)
    let wanted = α * (try inverted(mass.curvature))
    #expect((abs(found.covariance - wanted).max() / wanted.max()).item() < 1e-2)
  }

  @Test func withoutTemperatureThePolicyCollapses() throws {
    let mass = try Mass()
    func width(_ steps: Int) -> Double {
      trained(mass, temperature: 0, steps: steps).covariance.diagonal().max().item().squareRoot()
    }
    // Nothing stops it: its width falls like 1/steps, where with entropy it settles.
    let (short, long) = (width(300), width(2400))
    #expect(long < 0.25 * short && long < 0.1)
  }
}

@Suite struct GainsOfPolicies {
  @Test func policyGradientsReachRiccati() throws {
    let mass = try Mass()
    let error = mass.error { policy, own in
      let x = mass.states(&own)
      return -mass.q(x, policy.action(x)).mean()
    }
    #expect(error < 1e-2)
  }

  @Test func valueGradientsReachRiccatiAtAnyHorizonIfACriticStandsBehind() throws {
    let mass = try Mass()
    func error(_ horizon: Int, _ critic: Bool) -> Double {
      let behind: ((Tensor) -> Tensor)? = critic ? { mass.optimum.values($0) } : nil
      func move(_ x: Tensor, _ u: Tensor, _ t: Int) -> (Tensor, Tensor) {
        let step = mass.system.step(x, u)
        return (step.state, step.reward)
      }
      return mass.error(steps: 300) { policy, own in
        let x = mass.states(&own)
        return valueGradientLoss(
          { x, _ in policy.action(x) }, from: x, steps: horizon, discount: 1, transition: move,
          value: behind)
      }
    }
    #expect(error(1, true) < 1e-2 && error(8, true) < 1e-2)
    // Without one, what comes later costs nothing.
    #expect(error(3, false) > 0.5)
  }

  @Test func guidedPolicySearchReachesRiccati() throws {
    let mass = try Mass()
    var generator = Generator(seed: 4)
    let plan = IterativeLQR(horizon: 100).solve(
      mass.system, from: mass.system.reset(12, from: &generator))
    let laws = ControllerLaws(
      of: plan, spread: [0.3], copies: 2, precision: 10 * mass.curvature, steps: 40, seed: 1)
    #expect(laws.count == 12 * 2 * 40)
    let error = mass.error { policy, own in
      let rows = Tensor.randomIntegers([64], in: 0..<laws.count, from: &own)
      return laws.divergence(of: policy, rows: rows) { $0 }
    }
    #expect(error < 1e-2)
    // The same by the training that the module has.
    var learner = Learner(
      LinearPolicy(observation: 4, action: 2, dtype: .float64),
      schedule: .cosine(from: 0.1, to: 1e-4, steps: 400), seed: 1)
    guidedPolicySearch(&learner, towards: laws, in: mass.system, steps: 400)
    #expect(abs(learner.model.weight + mass.optimum.gain.T).max().item() < 1e-2)
  }

  /// ½(µ − p)ᵀC⁻¹(µ − p), by hand.
  @Test func divergencesOfControllersAreWeightedSquares() {
    let laws = ControllerLaws(
      states: Tensor([[1.0, 0]], dtype: .float64), means: Tensor([[3.0, -1]], dtype: .float64),
      precisions: Tensor([[[2.0, 1], [1, 4]]], dtype: .float64))
    let idle = LinearPolicy(observation: 2, action: 2, dtype: .float64)
    let found = laws.divergence(of: idle, rows: Tensor([0])) { $0 }
    #expect(Swift.abs(found.item() - 0.5 * (2 * 9 - 2 * 3 + 4)) < 1e-12)
  }
}

@Suite struct Imitations {
  private let system = LinearQuadratic(
    Tensor([[1.0, 0.1], [0, 1]], dtype: .float64), Tensor([[0.005], [0.1]], dtype: .float64),
    stateCost: Tensor([[1.0, 0], [0, 0.1]], dtype: .float64),
    actionCost: Tensor([[0.05]], dtype: .float64), horizon: 30)

  @Test func clonesOfALinearExpertAreTheExpert() throws {
    let optimum = try RiccatiSolution(of: system)
    let shown = Demonstrations(
      of: { x, _ in optimum.action(x) }, in: system, episodes: 6, seed: 1)
    #expect(shown.count == 6 * 30)
    #expect(abs(shown.actions - optimum.action(shown.observations)).max().item() < 1e-12)
    var learner = Learner(
      LinearPolicy(observation: 2, action: 1, dtype: .float64),
      schedule: .cosine(from: 0.1, to: 1e-4, steps: 500), seed: 1)
    cloneBehaviour(&learner, of: shown, steps: 500)
    #expect(abs(learner.model.weight + optimum.gain.T).max().item() < 1e-2)
  }

  /// An expert who starts upright never shows how to come back; where the clone falls, it learns.
  @Test func labelsWhereTheLearnerGoesLowerTheRegret() {
    let program = GridProgram.pendulum(angles: 101, speeds: 81, torques: 11)
    let optimum = program.stationary(discount: 0.98)
    let trial = PolicyTrial(
      Pendulum(), starts: 100, seed: 5, optimum: { x, _ in optimum.action(x) })
    func policy() -> Learner<DeterministicPolicy<MLP>> {
      var generator = Generator(seed: 2)
      return Learner(
        DeterministicPolicy(
          MLP([3, 32, 32, 1], activation: .tanh, from: &generator), low: -2, high: 2),
        optimizer: Adam(learningRate: 3e-3), seed: 2)
    }
    var dagger = DAgger(
      policy(), in: Pendulum(), expert: { x, _ in optimum.action(x) }, episodes: 4, seed: 3)
    let expertAlone = dagger.demonstrations
    dagger.advance(rounds: 5, steps: 300)
    #expect(dagger.rounds == 5 && dagger.demonstrations.count == 6 * 4 * 200)
    var clone = policy()
    cloneBehaviour(&clone, of: expertAlone, steps: 1500)
    let (cloned, corrected) = (
      trial.regret(of: clone.model.action), trial.regret(of: dagger.learner.model.action)
    )
    #expect(corrected < cloned && corrected < 60)
  }
}

@Suite struct LearnedDynamics {
  @Test func ensemblesPredictThePendulumAndKnowWhereTheyDoNot() {
    var generator = Generator(seed: 1)
    let states =
      Tensor.uniform([3000, 2], low: -1, high: 1, from: &generator) * Tensor([1.5, 3.0])
    let actions = Pendulum().actions.sample(3000, from: &generator)
    let step = Pendulum().step(states, actions)
    let data = TransitionBatch(
      observations: Pendulum().observe(states), actions: actions, rewards: step.reward,
      next: Pendulum().observe(step.state), discounts: Tensor.ones([3000]))
    var model = DynamicsEnsemble(for: Pendulum(), members: 3, hidden: [32, 32], seed: 1)
    let before = model.fit(data, steps: 1)
    let after = model.fit(data, steps: 600)
    #expect(after < 0.02 && before > 0.5)
    let (near, far) = (
      Tensor([[0.3, 1.0]], dtype: .float32), Tensor([[3.0, -7.0]], dtype: .float32)
    )
    let push = Tensor([[0.5]], dtype: .float32)
    let truth = Pendulum().step(near, push)
    let seen = Pendulum().observe(near)
    let all = model.predictions(seen, push)
    #expect(all.next.shape == [3, 1, 3] && all.rewards.shape == [3, 1])
    #expect(abs(all.next.mean(axis: 0) - Pendulum().observe(truth.state)).max().item() < 0.03)
    #expect(abs(all.rewards.mean() - truth.reward).max().item() < 0.1)
    for member in 0..<3 {
      let alone = model.prediction(of: member, seen, push)
      #expect(abs(alone.next - all.next[member]).max().item() < 1e-5)
      #expect(abs(alone.rewards - all.rewards[member]).max().item() < 1e-5)
    }
    let doubt = model.disagreement(Pendulum().observe(far), push).item() as Double
    #expect(doubt > 5 * (model.disagreement(seen, push).item() as Double))
  }
}
