import Amortization
import Display
import Networks
import Tensors

/// The training of a learned optimizer by truncated back-propagation (arXiv:1606.04474): problems are
/// solved for a while, and after every few steps the rule learns from the objectives on the way.
///
/// ```swift
/// var training = LearnedOptimizerTraining(RecurrentUpdate(), optimizer: Adam(learningRate: 3e-3))
/// training.advance(by: 1500, on: problem)
/// let optimizer = LearnedOptimizer(training.rule)
/// ```
///
/// A segment goes on where the one before ended, without its derivatives; after `horizon` steps new
/// problems are drawn. Gradients of the objective are inputs and are not differentiated.
public struct LearnedOptimizerTraining {
  /// The rule with what trains it.
  public private(set) var learner: Learner<RecurrentUpdate>
  /// Problems at once.
  public let batch: Int
  /// Steps of a segment.
  public let unroll: Int
  /// Steps after which new problems are drawn.
  public let horizon: Int
  /// Whether a segment is recorded, as with ``Amortization/TrainingOptions/recorded``.
  public let recorded: Bool
  private var contexts: Tensor?
  private var y = Tensor.zeros([0])
  private var memory: [Tensor] = []
  private var taken = 0

  /// A training before its first update.
  public init(
    _ rule: RecurrentUpdate, optimizer: any Optimizer = Adam(learningRate: 3e-3),
    schedule: Schedule? = nil, batch: Int = 64, unroll: Int = 20, horizon: Int = 100,
    clip: Double? = 1, seed: Int = 0, recorded: Bool = false
  ) {
    guard batch > 0, unroll > 0, horizon >= unroll else {
      fatalError(
        "LearnedOptimizerTraining: \(batch) problems, segments of \(unroll) steps in \(horizon)")
    }
    learner = Learner(rule, optimizer: optimizer, schedule: schedule, clip: clip, seed: seed)
    (self.batch, self.unroll, self.horizon) = (batch, unroll, horizon)
    self.recorded = recorded
  }

  /// The rule as it is now.
  public var rule: RecurrentUpdate { learner.model }
  /// Mean objective of each segment.
  public var losses: [Double] { learner.losses }

  /// Goes on for some updates of the rule, one a segment.
  public mutating func advance(
    by updates: Int, on problem: ParametricProblem, showsProgress: Bool = true
  ) {
    let bar = showsProgress ? ProgressBar(total: updates, label: "learned optimizer") : nil
    // The problem may be another one next time.
    let recording = recorded ? RecordedStep<RecurrentUpdate>() : nil
    for _ in 0..<updates {
      update(on: problem, recording)
      bar?.advance()
    }
  }

  private mutating func update(
    on problem: ParametricProblem, _ recording: RecordedStep<RecurrentUpdate>?
  ) {
    if contexts == nil || taken + unroll > horizon { begin(on: problem) }
    guard let x = contexts else { return }
    let (done, count) = (taken, unroll)
    /// The mean objective on the way, and where the segment ends.
    func segment(_ rule: RecurrentUpdate, _ data: [Tensor], _ noise: Generator) -> (
      Tensor, [Tensor]
    ) {
      let x = data[0]
      var (point, states) = (data[1], Array(data[2...]))
      var total = Tensor(0.0, dtype: problem.dtype)
      let source = StepNoise(from: noise.stream(1))
      for k in 0..<count {
        let own = problem.isStochastic ? source.stream(k) : source
        let slope = stopGradient(problem.gradient(stopGradient(point), x, noise: own))
        point = point + rule.move(along: slope, &states)
        let score = ScoreNoise(from: noise.stream(2)).stream(done + k)
        total = total + problem(point, x, noise: score).mean()
      }
      return (total / Double(count), ([point] + states).map { stopGradient($0) })
    }
    var last: [Tensor] = []
    let data = [x, y] + memory
    if let recording {
      last = learner.step(recordedBy: recording, data, segment)
    } else {
      learner.step { rule, noise in
        let (loss, end) = segment(rule, data, noise)
        last = end
        return loss
      }
    }
    (y, memory) = (last[0], Array(last[1...]))
    taken += unroll
  }

  private mutating func begin(on problem: ParametricProblem) {
    var choice = learner.noise.stream(0)
    let x = problem.contexts.sample(batch, from: &choice).cast(to: problem.dtype)
    contexts = x
    y = problem.startingPoints(x)
    memory = rule.emptyMemory(y)
    taken = 0
  }
}
