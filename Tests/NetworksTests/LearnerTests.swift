import Networks
import Testing

/// A layer with all kinds of tensors that are not trained.
private struct Stateful: Layer {
  @NonTrainable var fixed = Tensor([1.0, 2.0])
  var table = Tensor([3, 4, 5])
  @Tracked var mean = Tensor(0.0)
  var weight = Tensor(1.0)

  func callAsFunction(_ x: Tensor) -> Tensor {
    $mean.note($mean.current + x.mean())
    return weight * x
  }
}

@Suite struct State {
  @Test func trackedTensorsChangeOnlyWhereAModelTracks() {
    var model = Stateful()
    let copy = model
    _ = model(Tensor(2.0))
    #expect(model.mean.item() == 0)
    // Twice in one call: the second sees what the first noted.
    let sum = model.tracking { m in m(m(Tensor(2.0))).item() as Double }
    #expect(sum == 2 && model.mean.item() == 4 && copy.mean.item() == 0)
    // Two of the same kind keep to themselves.
    var two = [Stateful(), Stateful()]
    _ = two.tracking { layers in layers[1](Tensor(5.0)) }
    #expect(two[0].mean.item() == 0 && two[1].mean.item() == 5)
  }

  @Test func nothingOfAModelIsLostInAFile() throws {
    var model = [Stateful(), Stateful()]
    model[1].fixed = Tensor([7.0, 8.0])
    model[1].table = Tensor([9, 9, 9])
    model[1].mean = Tensor(3.0)
    #expect(model.namedParameters.map(\.name) == ["0.weight", "1.weight"])
    #expect(
      model.namedState.map(\.name) == [
        "0.fixed", "0.table", "0.mean", "0.weight", "1.fixed", "1.table", "1.mean", "1.weight",
      ])
    let path = "/tmp/ansatz-state-\(splitSharedGenerator().hashValue).safetensors"
    try model.save(path)
    var other = [Stateful(), Stateful()]
    try other.load(path)
    for (a, b) in zip(other.namedState, model.namedState) { #expect(a.value == b.value) }
    var short = [Stateful()]
    try short.load(path)
    var long = [Stateful(), Stateful(), Stateful()]
    #expect(throws: TensorFileError.self) { try long.load(path) }
  }

  @Test func gradientsLeaveStateAlone() {
    let slope = gradient(at: Stateful()) { $0(Tensor(2.0)) }
    #expect(slope.weight.item() == 2 && slope.fixed == Tensor([1.0, 2.0]))
  }
}

@Suite struct Learning {
  @Test func aStepIsTheOptimizersStep() {
    var learner = Learner(
      Tensor([1.0, -2.0], dtype: .float64), optimizer: SGD(learningRate: 0.1),
      schedule: .linear(from: 0.1, to: 0, steps: 2), clip: 2,
      averaging: Averaging(decay: 0.5, every: 2))
    // The gradient 2θ has length 2√5 and is clipped to 2.
    let before = learner.step { x, _ in square(x).sum() }
    #expect(before == 5)
    let clipped = Tensor([2.0, -4.0], dtype: .float64) * (2 / 20.0.squareRoot())
    let first = Tensor([1.0, -2.0], dtype: .float64) - 0.1 * clipped
    #expect(abs(learner.model - first).max().item() < 1e-12)
    #expect(learner.average == Tensor([1.0, -2.0], dtype: .float64))
    learner.step { x, _ in square(x).sum() }
    let direction = first / first.norm()
    let second = first - 0.05 * 2 * direction
    #expect(abs(learner.model - second).max().item() < 1e-12)
    let blend = 0.5 * (Tensor([1.0, -2.0], dtype: .float64) + second)
    #expect(abs(learner.average! - blend).max().item() < 1e-12)
    #expect(learner.steps == 2 && learner.losses.count == 2)
  }

  @Test func copiesGoOnByThemselvesAndDrawTheSame() {
    var learner = Learner(Tensor(0.0), optimizer: Adam(learningRate: 0.1), seed: 4)
    func noisy(_ x: Tensor, _ noise: Generator) -> Tensor {
      var generator = noise
      return square(x - Tensor.normal([], from: &generator))
    }
    for _ in 0..<5 { learner.step(noisy) }
    var copy = learner
    for _ in 0..<5 { learner.step(noisy) }
    let after = copy.model
    for _ in 0..<5 { copy.step(noisy) }
    #expect(copy.losses == learner.losses && copy.model == learner.model && after != copy.model)
  }

  /// An actor and two critics with targets, in one file.
  @Test func severalLearnersShareAFile() throws {
    func agent() -> (actor: Learner<MLP>, critics: Learner<[MLP]>) {
      var generator = Generator(seed: 3)
      return (
        Learner(MLP([2, 4, 1], from: &generator), averaging: Averaging(decay: 0.9), seed: 1),
        Learner(
          [MLP([3, 4, 1], from: &generator), MLP([3, 4, 1], from: &generator)],
          averaging: Averaging(decay: 0.9), seed: 2)
      )
    }
    func advance(_ agent: inout (actor: Learner<MLP>, critics: Learner<[MLP]>)) {
      let targets = agent.critics.average!
      agent.critics.step { critics, noise in
        var generator = noise
        let x = Tensor.normal([8, 3], from: &generator)
        let target = stopGradient(minimum(targets[0](x), targets[1](x)))
        return meanSquaredError(critics[0](x), target) + meanSquaredError(critics[1](x), target)
      }
      let critic = agent.critics.model[0]
      agent.actor.step { actor, noise in
        var generator = noise
        let x = Tensor.normal([8, 2], from: &generator)
        return -critic(concatenate([x, actor(x)], axis: 1)).mean()
      }
    }
    var whole = agent()
    for _ in 0..<6 { advance(&whole) }
    var part = agent()
    for _ in 0..<2 { advance(&part) }
    var file = Checkpoint()
    file.write(part.actor, under: "actor")
    file.write(part.critics, under: "critics")
    let path = "/tmp/ansatz-agent-\(splitSharedGenerator().hashValue).safetensors"
    try file.save(path)
    var resumed = agent()
    let read = try Checkpoint(path)
    try read.read(&resumed.actor, under: "actor")
    try read.read(&resumed.critics, under: "critics")
    for _ in 0..<4 { advance(&resumed) }
    #expect(resumed.actor.losses == whole.actor.losses)
    #expect(resumed.actor.model.parameters == whole.actor.model.parameters)
    #expect(resumed.critics.average!.parameters == whole.critics.average!.parameters)
  }
}
