import Reinforcement
import Testing

/// An environment that pays infinity, as a number divided by 0 would.
private struct Generous: Environment {
  let name = "Generous"
  let stateDimension = 1
  let actions = ActionSpace.box(dimension: 1, low: -1, high: 1)
  let horizon: Int? = nil
  func reset(_ count: Int, from generator: inout Generator) -> Tensor { Tensor.zeros([count, 1]) }
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    Transition(state, reward: 1 / state[0..., 0])
  }
}

@Suite struct BadInput {
  @Test func actions() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Pendulum(), count: 4, seed: 1)
      worlds.step(Tensor.zeros([4, 2]))
    }
    #expect(lastWords(result).contains("Pendulum-v1: actions of shape [4, 2], not [4, 1]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Pendulum(), count: 3, seed: 1)
      worlds.step(Tensor([[0.0], [.nan], [1.0]], dtype: .float32))
    }
    #expect(lastWords(result).contains("Pendulum-v1: action 1 is"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(CartPole(), count: 2, seed: 1)
      worlds.step(Tensor([0, 2]))
    }
    #expect(lastWords(result).contains("CartPole-v1"))
  }

  @Test func rewards() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Generous(), count: 2, seed: 1)
      worlds.step(Tensor.zeros([2, 1]))
    }
    #expect(lastWords(result).contains("Generous: reward 0 is"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var buffer = ReplayBuffer(capacity: 10, observation: 1, action: 1)
      let zero = Tensor.zeros([2, 1])
      buffer.add(
        zero, zero, Tensor([Float(0), .nan]), next: zero, terminated: Tensor([Float(0), 0]))
    }
    #expect(lastWords(result).contains("ReplayBuffer: reward 1 is nan"))
  }

  @Test func ends() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Pendulum(), count: 2, seed: 1)
      for _ in 0...200 { worlds.step(Tensor.zeros([2, 1])) }
    }
    #expect(
      lastWords(result).contains("Pendulum-v1: episode 0 ended at step 200; call restart() first"))
  }

  @Test func policiesOfAnotherSpace() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = OffPolicyRun(SAC(for: Pendulum()), in: MountainCarContinuous())
    }
    #expect(
      lastWords(result).contains("SAC: made for observations and actions of (observation: 3"))
    #expect(lastWords(result).contains("MountainCarContinuous-v0 has (2, 1)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var agent = SVG(for: Pendulum())
      let (x, u, zero) = (Tensor.zeros([2, 3]), Tensor.zeros([2, 1]), Tensor.zeros([2]))
      agent.learn(
        from: TransitionBatch(observations: x, actions: u, rewards: zero, next: x, discounts: zero))
    }
    #expect(lastWords(result).contains("SVG(3): the dynamics have ended an episode"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TD3(for: CartPole())
    }
    #expect(lastWords(result).contains("TD3: CartPole-v1 has choices"))
  }

  @Test func policiesOfAnotherSpaceForPPO() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PPO(GaussianPolicy(MLP([4, 8, 1]), actions: 1), value: MLP([4, 8, 1]), in: CartPole())
    }
    #expect(lastWords(result).contains("PPO: a policy of 1 numbers, but actions of CartPole-v1"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PPO(CategoricalPolicy(MLP([6, 8, 2])), value: MLP([6, 8, 1]), in: Acrobot())
    }
    #expect(lastWords(result).contains("PPO: a policy of 2 choices, but actions of Acrobot-v1"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PPO(CategoricalPolicy(MLP([4, 8, 2])), value: MLP([4, 8, 2]), in: CartPole())
    }
    #expect(lastWords(result).contains("PPO: values of shape [1, 2]"))
  }

  @Test func runsOfManySteps() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Acrobot(), count: 3, seed: 1)
      _ = worlds.run(steps: 5, actions: Tensor.zeros([5, 2], dtype: .int32))
    }
    #expect(lastWords(result).contains("Acrobot-v1: actions of shape [5, 2], not [5, 3]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Acrobot(), count: 3, seed: 1)
      _ = worlds.run(steps: 5, actions: Tensor.full([5, 3], 3, dtype: .int32))
    }
    #expect(lastWords(result).contains("Acrobot-v1: choice 3.0, but choices are 0 to 2"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var worlds = Worlds(Pendulum(), count: 1, seed: 1)
      _ = worlds.run(steps: 2, actions: Tensor([[[0.0]], [[.nan]]], dtype: .float32))
    }
    #expect(lastWords(result).contains("Pendulum-v1: an action that is not finite"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Worlds(Pendulum(), from: Tensor.zeros([4, 3]))
    }
    #expect(lastWords(result).contains("Pendulum-v1: first states of shape [4, 3], not [n, 2]"))
  }

  @Test func numbersWithoutMeaning() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var options = SAC.Options()
      options.temperature = .learned(from: -1)
      _ = SAC(for: Pendulum(), options: options)
    }
    #expect(lastWords(result).contains("SAC: a first temperature of -1.0"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var options = TD3.Options()
      options.discount = 1.5
      _ = TD3(for: Pendulum(), options: options)
    }
    #expect(lastWords(result).contains("TD3: a discount of 1.5"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var run = OffPolicyRun(SAC(for: Pendulum()), in: Pendulum())
      run.advance(by: -5, showsProgress: false)
    }
    #expect(lastWords(result).contains("SAC: -5 more steps"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PolicyTrial(Pendulum(), starts: 3).returns { $0[0..., ..<1] * Double.nan }
    }
    #expect(lastWords(result).contains("Pendulum-v1: an action of step 0 is not finite"))
  }

  @Test func emptyBuffers() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      _ = ReplayBuffer(capacity: 10, observation: 1, action: 1)
        .sample(4, discount: 0.9, from: &generator)
    }
    #expect(lastWords(result).contains("ReplayBuffer: empty; add transitions before sampling"))
  }

  /// A step size that cannot work: the learner says so, and in which step.
  @Test func divergence() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var options = TD3.Options()
      (options.learningRate, options.hidden) = (1e20, [8])
      var run = OffPolicyRun(
        TD3(for: Pendulum(), options: options), in: Pendulum(),
        options: OffPolicyOptions(randomSteps: 40, batch: 32))
      run.advance(by: 400, showsProgress: false)
    }
    #expect(lastWords(result).contains("Learner: the loss is"))
    #expect(lastWords(result).contains("which was not taken"))
  }
}
