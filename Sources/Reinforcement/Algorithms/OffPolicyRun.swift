import Display
import Networks
import Tensors

/// What decides how an agent lives, beside the agent.
public struct OffPolicyOptions: Sendable, Hashable {
  /// Steps of random actions at first; updates begin after them.
  public var randomSteps: Int
  /// Transitions in an update.
  public var batch: Int
  /// Updates for each step.
  public var updatesPerStep: Int
  /// Steps whose rewards a target adds up before it trusts a critic.
  public var returnSteps: Int
  /// The most transitions that are remembered.
  public var capacity: Int
  /// What rewards are multiplied by before they are learned from.
  public var rewardScale: Double
  /// Decides first states, actions and batches.
  public var seed: Int

  /// What is not given is as usual.
  public init(
    randomSteps: Int = 500, batch: Int = 128, updatesPerStep: Int = 1, returnSteps: Int = 1,
    capacity: Int = 100_000, rewardScale: Double = 1, seed: Int = 0
  ) {
    guard randomSteps >= 0, batch > 0, updatesPerStep >= 0, returnSteps > 0, capacity >= batch
    else {
      fatalError(
        "OffPolicyOptions: \(randomSteps) random steps, batches of \(batch) from \(capacity), "
          + "returns of \(returnSteps) steps")
    }
    self.randomSteps = randomSteps
    self.batch = batch
    self.updatesPerStep = updatesPerStep
    self.returnSteps = returnSteps
    self.capacity = capacity
    self.rewardScale = rewardScale
    self.seed = seed
  }
}

/// An agent that lives in an environment and learns from its memory, as a value: it can be stopped,
/// copied, looked at, saved with its memory, and gone on with bit for bit.
///
/// ```swift
/// var run = OffPolicyRun(SAC(for: Pendulum()), in: Pendulum(), options: .init(rewardScale: 0.125))
/// run.advance(by: 5000)
/// ```
///
/// When a cell is interrupted, the run is at its last completed step.
public struct OffPolicyRun<E: Environment, Agent: OffPolicyAgent> {
  /// What learns.
  public private(set) var agent: Agent
  /// What else decides the run.
  public let options: OffPolicyOptions
  /// Steps of the environment.
  public private(set) var steps = 0
  /// Returns of the episodes that have ended, with the steps at which they did.
  public private(set) var episodes: [(step: Int, total: Double)] = []
  /// The memory.
  public private(set) var buffer: ReplayBuffer
  private var worlds: Worlds<E>
  private let base: Generator
  private var total = 0.0

  /// A life that has not begun.
  public init(_ agent: Agent, in environment: E, options: OffPolicyOptions = OffPolicyOptions()) {
    let widths = (environment.observationDimension, environment.actions.dimension)
    guard agent.widths == widths else {
      fatalError(
        "\(agent.name): made for observations and actions of \(agent.widths) numbers, "
          + "\(environment.name) has \(widths)")
    }
    self.agent = agent
    self.options = options
    buffer = ReplayBuffer(capacity: options.capacity, for: environment)
    worlds = Worlds(environment, count: 1, seed: options.seed)
    base = Generator(seed: options.seed)
  }

  /// What is lived in.
  public var environment: E { worlds.environment }

  /// Goes on for some steps, each with an update once enough has been seen.
  public mutating func advance(by count: Int, showsProgress: Bool = true) {
    guard count >= 0 else { fatalError("\(agent.name): \(count) more steps") }
    let bar = showsProgress ? ProgressBar(total: count, label: agent.name) : nil
    for _ in 0..<count {
      oneStep()
      bar?.advance()
    }
    bar?.done()
  }

  private mutating func oneStep() {
    // What a step draws is a function of the seed and its number, so that files need no generators.
    var own = base.stream(steps)
    var draws = own.split(3)
    var worlds = self.worlds
    worlds.generator = draws[0]
    let seen = worlds.observations
    let action =
      steps < options.randomSteps
      ? environment.actions.sample(1, from: &draws[1])
      : agent.explore(seen, from: &draws[1])
    let step = worlds.step(action)
    let reward = step.rewards.item()
    let next = environment.observe(step.next)
    let scaled = Tensor([Float(reward * options.rewardScale)])
    let over = step.terminated.cast(to: .float32)
    let isEnd = worlds.ended[0]
    let late = Tensor([step.truncated[0] ? Float(1) : 0])
    worlds.restart()
    // After an interrupt the memory may be one transition ahead, which is written over.
    buffer.add(seen, action, scaled, next: next, terminated: over, truncated: late, at: steps)
    var learned = agent
    if steps >= options.randomSteps, buffer.count >= options.batch {
      for _ in 0..<options.updatesPerStep {
        learned.learn(
          from: buffer.sample(
            options.batch, steps: options.returnSteps, discount: agent.discount, from: &draws[2]))
      }
    }
    complete(worlds, learned, reward, isEnd)
  }

  /// Makes a step part of the run: nothing in here looks at the check point.
  @inline(never)
  private mutating func complete(
    _ worlds: Worlds<E>, _ agent: Agent, _ reward: Double, _ isEnd: Bool
  ) {
    self.worlds = worlds
    self.agent = agent
    steps += 1
    total += reward
    if isEnd {
      episodes.append((steps, total))
      total = 0
    }
  }
}

extension OffPolicyRun {
  /// Writes everything that the next step depends on, the memory included.
  public func save(_ path: String) throws(TensorFileError) {
    var file = Checkpoint()
    file.write(settings, as: "run.settings")
    agent.write(to: &file, under: "agent")
    file.write(buffer, under: "buffer")
    file["worlds.states"] = worlds.states
    file.write([Double(steps), total, Double(worlds.ages[0])], as: "run.numbers")
    file.write(episodes.flatMap { [Double($0.step), $0.total] }, as: "run.episodes")
    try file.save(path)
  }

  /// Goes on from a file of a run with the same agent, environment and options.
  ///
  /// - Throws: for a file of another agent, environment or options; the run is then unchanged.
  public mutating func load(_ path: String) throws(TensorFileError) {
    let file = try Checkpoint(path)
    try file.requireText(settings, as: "run.settings")
    var next = self
    try next.agent.read(from: file, under: "agent")
    try file.read(&next.buffer, under: "buffer")
    next.worlds.states = try file.required("worlds.states")
    let numbers = try file.required("run.numbers").doubles
    (next.steps, next.total) = (Int(numbers[0]), numbers[1])
    next.worlds.ages = [Int(numbers[2])]
    next.worlds.ended = [false]
    let pairs = try file.required("run.episodes").doubles
    next.episodes = stride(from: 0, to: pairs.count, by: 2).map { (Int(pairs[$0]), pairs[$0 + 1]) }
    self = next
  }

  private var settings: String { "\(agent.name) in \(environment.name), \(options)" }
}
