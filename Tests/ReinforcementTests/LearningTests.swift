import Foundation
import Reinforcement
import Testing

@Suite struct Buffers {
  private func filled(_ capacity: Int, _ count: Int) -> ReplayBuffer {
    var buffer = ReplayBuffer(capacity: capacity, observation: 2, action: 1)
    for i in 0..<count {
      let x = Float(i)
      buffer.add(
        Tensor([[x, -x]]), Tensor([[10 * x]]), Tensor([x / 2]), next: Tensor([[x + 1, -x - 1]]),
        terminated: Tensor([i % 3 == 0 ? Float(1) : 0]))
    }
    return buffer
  }

  @Test func theOldestGo() {
    let buffer = filled(5, 12)
    #expect(buffer.count == 5 && buffer.added == 12)
    let all = buffer.all(discount: 0.9)
    #expect(all.observations[0..., 0].floats == [7, 8, 9, 10, 11])
    #expect(all.actions.floats == [70, 80, 90, 100, 110])
    #expect(all.rewards.floats == [3.5, 4, 4.5, 5, 5.5])
    #expect(all.next[0..., 1].floats == [-8, -9, -10, -11, -12])
    #expect(all.discounts.floats == [0.9, 0.9, 0, 0.9, 0.9])
  }

  @Test func rowsAreDrawnEquallyOftenAndStayTogether() {
    let buffer = filled(50, 20)
    var generator = Generator(seed: 1)
    let batch = buffer.sample(20_000, discount: 0.5, from: &generator)
    #expect(batch.actions[0..., 0] == 10 * batch.observations[0..., 0])
    #expect(batch.next[0..., 0] == batch.observations[0..., 0] + 1)
    let counts = batch.observations[0..., 0].cast(to: .int32).binCounts(minimum: 20).doubles
    // 1000 each with a deviation of 31.
    #expect(counts.allSatisfy { Swift.abs($0 - 1000) < 150 })
    var again = Generator(seed: 1)
    #expect(buffer.sample(20_000, discount: 0.5, from: &again).rewards == batch.rewards)
  }

  /// Two worlds; the first is terminated in its third row, the second truncated in its second.
  @Test func returnsOfSeveralStepsByHand() {
    var buffer = ReplayBuffer(capacity: 9, observation: 1, action: 1)
    for t in 0..<6 {
      let x = Float(t)
      buffer.add(
        Tensor([[x], [10 + x]]), Tensor([[x], [10 + x]]), Tensor([1 + x, 100 * (1 + x)]),
        next: Tensor([[x + 0.5], [x + 10.5]]), terminated: Tensor([t == 2 ? Float(1) : 0, 0]),
        truncated: Tensor([Float(0), t == 1 ? 1 : 0]))
    }
    // Of twelve rows the last nine are held: the second world's from t = 1, the first's from t = 2.
    var generator = Generator(seed: 5)
    let batch = buffer.sample(400, steps: 3, worlds: 2, discount: 0.5, from: &generator)
    let expected: [Float: (reward: Float, next: Float, discount: Float)] = [
      11: (200, 11.5, 0.5),  // a time limit: no further, and the value behind it counts
      2: (3, 2.5, 0),  // an end
      12: (300 + 200 + 125, 14.5, 0.125), 3: (4 + 2.5 + 1.5, 5.5, 0.125),
      13: (400 + 250 + 150, 15.5, 0.125), 4: (5 + 3, 5.5, 0.25), 14: (500 + 300, 15.5, 0.25),
      5: (6, 5.5, 0.5), 15: (600, 15.5, 0.5),
    ]
    for i in 0..<400 {
      let row = expected[Float(batch.observations[i, 0].item() as Double)]!
      #expect(Float(batch.rewards[i].item() as Double) == row.reward)
      #expect(Float(batch.next[i, 0].item() as Double) == row.next)
      #expect(Float(batch.discounts[i].item() as Double) == row.discount)
    }
    #expect(Set(batch.observations.floats).count == 9)
    // One step stands for itself, at a time limit too.
    let one = buffer.sample(200, discount: 0.5, from: &generator)
    let ends = one.observations[0..., 0] .== 2.0
    #expect(one.discounts == which(ends, Tensor(Float(0)), Tensor(Float(0.5))))
  }

  @Test func aMillionPendulumTransitionsNeed40Megabytes() {
    var buffer = ReplayBuffer(capacity: 1_000_000, for: Pendulum())
    let seen = Tensor.zeros([100_000, 3])
    for _ in 0..<12 {
      buffer.add(
        seen, Tensor.zeros([100_000, 1]), Tensor.zeros([100_000]), next: seen,
        terminated: Tensor.zeros([100_000]))
    }
    #expect(buffer.count == 1_000_000 && buffer.byteCount <= 40_000_000)
  }
}

@Suite struct Advantages {
  /// By hand: two worlds, four steps; the first ends by its dynamics after two steps, the second by
  /// its time limit after three.
  private let buffer = RolloutBuffer(
    rewards: Tensor([[1.0, 2], [3, 4], [5, 6], [7, 8]], dtype: .float64),
    values: Tensor([[0.5, 1], [1.5, 2], [2.5, 3], [3.5, 4]], dtype: .float64),
    nextValues: Tensor([[1.5, 2], [9, 3], [3.5, 8], [4.5, 5]], dtype: .float64),
    terminated: Tensor([[0.0, 0], [1, 0], [0, 0], [0, 0]], dtype: .float64),
    truncated: Tensor([[0.0, 0], [0, 0], [0, 1], [0, 0]], dtype: .float64))

  @Test func generalizedAdvantages() {
    let (g, l) = (0.9, 0.8)
    let found = buffer.advantages(discount: g, lambda: l)
    let a3 = 7 + g * 4.5 - 3.5
    let a1 = 3 - 1.5
    let left = [1 + g * 1.5 - 0.5 + g * l * a1, a1, 5 + g * 3.5 - 2.5 + g * l * a3, a3]
    // The value behind a time limit counts: 8.
    let b2 = 6 + g * 8 - 3
    let b1 = 4 + g * 3 - 2 + g * l * b2
    let right = [2 + g * 2 - 1 + g * l * b1, b1, b2, 8 + g * 5 - 4.0]
    for t in 0..<4 {
      #expect(Swift.abs(found.advantages[t, 0].item() - left[t]) < 1e-12)
      #expect(Swift.abs(found.advantages[t, 1].item() - right[t]) < 1e-12)
    }
    #expect(abs(found.returns - found.advantages - buffer.values).max().item() < 1e-12)
    let wrong = buffer.advantages(discount: g, lambda: l, truncation: .asTermination)
    #expect(Swift.abs(wrong.advantages[2, 1].item() - (6 - 3.0)) < 1e-12)
    #expect(wrong.advantages[0..., 0] == found.advantages[0..., 0])
  }
}

@Suite struct Agents {
  private let short = OffPolicyOptions(randomSteps: 50, batch: 32, rewardScale: 0.125, seed: 3)

  private func sac(_ seed: Int = 1) -> SAC {
    var options = SAC.Options()
    options.hidden = [16, 16]
    return SAC(for: Pendulum(), options: options, seed: seed)
  }

  @Test func runsAreTheSameBitsTwiceAndFromAFile() throws {
    let path = NSTemporaryDirectory() + "ansatz-agent-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func check<A: OffPolicyAgent>(_ agent: A) throws {
      var whole = OffPolicyRun(agent, in: Pendulum(), options: short)
      whole.advance(by: 260, showsProgress: false)
      var half = OffPolicyRun(agent, in: Pendulum(), options: short)
      half.advance(by: 150, showsProgress: false)
      try half.save(path)
      var resumed = OffPolicyRun(agent, in: Pendulum(), options: short)
      try resumed.load(path)
      resumed.advance(by: 110, showsProgress: false)
      let probe = Tensor([[1.0, 0, 0], [-0.5, 0.8, 3]], dtype: .float32)
      #expect(resumed.agent.action(probe) == whole.agent.action(probe))
      #expect(resumed.steps == 260 && resumed.episodes.map(\.total) == whole.episodes.map(\.total))
      #expect(whole.episodes.map(\.step) == [200])
      #expect(resumed.buffer.all(discount: 1).rewards == whole.buffer.all(discount: 1).rewards)
    }
    try check(sac())
    var steps = IAPO.Options()
    steps.soft.hidden = [16, 16]
    try check(IAPO(for: Pendulum(), options: steps, seed: 1))
    var through = SVG.Options()
    (through.hidden, through.modelHidden, through.members) = ([16, 16], [16, 16], 3)
    try check(SVG(for: Pendulum(), options: through, seed: 1))
    try check(TD3(for: Pendulum(), seed: 1))
    // The file is of TD3 now.
    var other = OffPolicyRun(sac(), in: Pendulum(), options: short)
    #expect(throws: TensorFileError.self) { try other.load(path) }
    #expect(other.steps == 0)
  }

  /// On −(u − x)² with a temperature: after its updates an iterative policy's answer is near x.
  @Test func iterativePolicyFollowsItsCritic() {
    var options = IAPO.Options()
    options.soft.hidden = [32, 32]
    (options.soft.discount, options.soft.temperature) = (0, .fixed(0.01))
    var agent = IAPO(for: Target(), options: options, seed: 2)
    #expect(agent.gradientsPerUpdate == 5)
    var generator = Generator(seed: 8)
    func error() -> Double {
      let x = Tensor.linspace(-0.8, 0.8, 33, dtype: .float32).expandedDims(axis: 1)
      return abs(agent.action(x) - x).mean().item()
    }
    let before = error()
    for _ in 0..<600 {
      let x = Tensor.uniform([64, 1], low: -0.8, high: 0.8, from: &generator)
      let u = Tensor.uniform([64, 1], low: -1, high: 1, from: &generator)
      agent.learn(
        from: TransitionBatch(
          observations: x, actions: u, rewards: -square(u - x)[0..., 0], next: x,
          discounts: Tensor.zeros([64])))
    }
    #expect(before > 0.3 && error() < 0.1, "\(before) and \(error())")
  }

  /// On −(u − x)², whose form only the model learns, the policy finds u = x.
  @Test func valueGradientsClimbTheLearnedReward() {
    var options = SVG.Options()
    (options.hidden, options.modelHidden) = ([32, 32], [32, 32])
    (options.discount, options.steps) = (0, 1)
    var agent = SVG(for: Target(), options: options, seed: 2)
    var generator = Generator(seed: 8)
    func error() -> Double {
      let x = Tensor.linspace(-0.8, 0.8, 33, dtype: .float32).expandedDims(axis: 1)
      return abs(agent.action(x) - x).mean().item()
    }
    let before = error()
    for _ in 0..<600 {
      let x = Tensor.uniform([64, 1], low: -0.8, high: 0.8, from: &generator)
      let u = Tensor.uniform([64, 1], low: -1, high: 1, from: &generator)
      agent.learn(
        from: TransitionBatch(
          observations: x, actions: u, rewards: -square(u - x)[0..., 0], next: x + 3 * u,
          discounts: Tensor.zeros([64])))
    }
    #expect(before > 0.3 && error() < 0.1, "\(before) and \(error())")
    // The model knows where actions lead, each member by itself.
    let probe = Tensor([[0.3], [-0.5]], dtype: .float32)
    let action = Tensor([[0.2], [0.7]], dtype: .float32)
    let expected = agent.model.predictions(probe, action)
    #expect(abs(expected.next - (probe + 3 * action)).max().item() < 0.15)
    #expect(abs(expected.rewards + square(action - probe)[0..., 0]).max().item() < 0.1)
    // One for each member, in shape.
    let four = (0..<4).map { _ in (probe, action) }
    let each = agent.model.predictions(
      stack(four.map(\.0), axis: 0), stack(four.map(\.1), axis: 0))
    #expect(each.next == expected.next && each.rewards == expected.rewards)
  }

  @Test func timeLimitsDoNotCutValues() {
    var run = OffPolicyRun(sac(), in: Pendulum(), options: short)
    run.advance(by: 410, showsProgress: false)
    #expect(run.episodes.map(\.step) == [200, 400])
    // No transition of the pendulum ends anything, those at the time limit included.
    #expect(run.buffer.all(discount: 0.98).discounts.min().item() > 0.97)
  }

  @Test func targetsFollowSlowly() {
    var run = OffPolicyRun(sac(), in: Pendulum(), options: short)
    run.advance(by: 51, showsProgress: false)
    let before = run.agent.critic
    run.advance(by: 1, showsProgress: false)
    let after = run.agent.critic
    let expected = before.average!.movingAverage(with: after.model, decay: 0.99)
    for (a, b) in zip(expected.parameters, after.average!.parameters) {
      #expect(abs(a - b).max().item() < 1e-6)
    }
  }

  @Test func smallerCriticIsBelieved() {
    var generator = Generator(seed: 1)
    let twins = TwinCritic(observation: 3, action: 1, hidden: [8], from: &generator)
    let (x, u) = (
      Tensor.normal([10, 3], from: &generator), Tensor.normal([10, 1], from: &generator)
    )
    let both = twins.values(x, u)
    #expect(both.shape == [2, 10] && both[0] != both[1])
    #expect(twins(x, u) == minimum(both[0], both[1]))
    // A member of the ensemble is the network of its weights.
    let rows = concatenate([x, u], axis: 1)
    let hidden = relu(matmul(rows, twins.networks.weights[0][1]) + twins.networks.biases[0][1])
    let alone = matmul(hidden, twins.networks.weights[1][1]) + twins.networks.biases[1][1]
    #expect(abs(alone.squeezed(axis: 1) - both[1]).max().item() < 1e-5)
  }
}

@Suite struct Optimization {
  /// A pole that is balanced in seconds: CleanRL's PPO reaches 490 of 500.
  @Test func proximalPolicyOptimizationBalances() {
    var generator = Generator(seed: 1)
    var options = PPOOptions()
    options.seed = 1
    var ppo = PPO(
      CategoricalPolicy(MLP([4, 64, 64, 2], activation: .tanh, from: &generator)),
      value: MLP([4, 64, 64, 1], activation: .tanh, from: &generator), in: CartPole(),
      options: options)
    ppo.advance(iterations: 15, showsProgress: false)
    let trial = PolicyTrial(CartPole(), starts: 50, seed: 4)
    #expect(trial.returns(of: ppo.policy.action).mean().item() > 450)
    #expect(ppo.steps == 15 * 128 * 16 && ppo.episodes.count > 50)
  }

  /// On a problem with one step, REINFORCE climbs to the best of three arms.
  @Test func reinforceFindsTheBestArm() {
    var generator = Generator(seed: 2)
    var options = PPOOptions()
    (options.steps, options.worlds, options.learningRate) = (1, 64, 0.05)
    var bandit = PPO.reinforce(
      CategoricalPolicy(Dense(1, 3, from: &generator)), value: Dense(1, 1, from: &generator),
      in: Arms(), options: options)
    bandit.advance(iterations: 100, showsProgress: false)
    let law = bandit.policy.distribution(Tensor([[1.0]], dtype: .float32))
    #expect(law.probabilities[0, 2].item() > 0.9)
  }

  @Test func interquartileMeansByHand() {
    #expect(interquartileMean([1, 2, 3, 100]) == 2.5)
    // Of five values 2.5 count: all of the middle one and 3/4 of its neighbours.
    #expect(Swift.abs(interquartileMean([0, 1, 2, 4, 900]) - (0.75 + 2 + 3) / 2.5) < 1e-12)
    let values = (0..<40).map { Double($0) }
    let interval = bootstrapInterval(values)
    #expect(interval.contains(19.5) && interval.lowerBound > 8 && interval.upperBound < 31)
    #expect(bootstrapInterval([3, 3, 3]) == 3...3)
  }
}

private struct Arms: Environment {
  let name = "Arms"
  let stateDimension = 1
  let actions = ActionSpace.choices(3)
  let horizon: Int? = 1
  func reset(_ count: Int, from generator: inout Generator) -> Tensor { Tensor.ones([count, 1]) }
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    Transition(state, reward: Tensor([0.1, 0.5, 0.9]).cast(to: .float32).take(action))
  }
}

private struct Target: Environment {
  let name = "Target"
  let stateDimension = 1
  let actions = ActionSpace.box(dimension: 1, low: -1, high: 1)
  let horizon: Int? = 1
  func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.uniform([count, 1], low: -0.8, high: 0.8, from: &generator)
  }
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    Transition(state, reward: -square(action - state)[0..., 0])
  }
}
