import Amortization
import Display
import Networks
import Tensors

/// The training of an update rule by its results alone: its parameters are moved at random, both ways,
/// and what solved problems better pulls them along (policy search by parameter exploration,
/// doi:10.1016/j.neunet.2009.12.004; evolution strategies, arXiv:1703.03864).
///
/// ```swift
/// var search = PolicySearch(MomentumPolicy(stepSize: 0.1, from: &generator), steps: 40)
/// search.advance(by: 300, on: problem)
/// let model = SemiAmortized(start: start, update: search.rule, steps: 40)
/// ```
///
/// No derivative goes through the objective or the steps, so a rule may contain choices, and a way may be
/// long. What is lowered is the logarithm of the objective above a floor, averaged over the steps, so that
/// problems of all sizes count.
public struct PolicySearch<Start: Layer, Rule: UpdateRule> {
  /// The rule with what trains it.
  public private(set) var learner: Learner<Rule>
  /// Where ways begin.
  public let start: Start
  /// Steps of a way.
  public let steps: Int
  /// Problems at once.
  public let batch: Int
  /// Perturbations in each update, each tried both ways.
  public let pairs: Int
  /// How far parameters are moved.
  public let deviation: Double
  /// A value that objectives stay above.
  public let floor: Double

  /// A training before its first update.
  public init(
    _ rule: Rule, start: Start, steps: Int, optimizer: any Optimizer = Adam(learningRate: 0.03),
    schedule: Schedule? = nil, batch: Int = 64, pairs: Int = 8, deviation: Double = 0.1,
    floor: Double = 0, seed: Int = 0
  ) {
    guard steps > 0, batch > 0, pairs > 0, deviation > 0 else {
      fatalError(
        "PolicySearch: \(steps) steps on \(batch) problems, \(pairs) perturbations of \(deviation)")
    }
    learner = Learner(rule, optimizer: optimizer, schedule: schedule, seed: seed)
    (self.start, self.steps, self.batch) = (start, steps, batch)
    (self.pairs, self.deviation, self.floor) = (pairs, deviation, floor)
  }

  /// The rule as it is now.
  public var rule: Rule { learner.model }
  /// Mean of what each update saw.
  public var losses: [Double] { learner.losses }

  /// Goes on for some updates of the rule.
  public mutating func advance(
    by updates: Int, on problem: ParametricProblem, showsProgress: Bool = true
  ) {
    let bar = showsProgress ? ProgressBar(total: updates, label: "policy search") : nil
    for _ in 0..<updates {
      update(on: problem)
      bar?.advance()
    }
  }

  private mutating func update(on problem: ParametricProblem) {
    let own = learner.noise
    var (choice, directions) = (own.stream(0), own.stream(1))
    let x = problem.contexts.sample(batch, from: &choice).cast(to: problem.dtype)
    let center = learner.model
    var gradient = center.mapParameters { $0.zerosLike() }
    var sum = 0.0
    for _ in 0..<pairs {
      let way = center.mapParameters {
        Tensor.normal($0.shape, dtype: $0.dtype, from: &directions)
      }
      func moved(_ length: Double) -> Double {
        cost(center.mapParameters(with: way) { $0 + length * $1 }, x, problem, own.stream(2))
      }
      let (up, down) = (moved(deviation), moved(-deviation))
      sum += 0.5 * (up + down)
      // A way that diverged says only which side is worse.
      let slope = Swift.max(-1, Swift.min(1, up - down)) / (2 * deviation * Double(pairs))
      gradient = gradient.mapParameters(with: way) { $0 + slope * $1 }
    }
    learner.descend(gradient, loss: sum / Double(pairs))
  }

  /// Mean logarithm of the objective above the floor along the way; a way that left the numbers counts
  /// as a large one.
  private func cost(
    _ rule: Rule, _ x: Tensor, _ problem: ParametricProblem, _ noise: Generator
  ) -> Double {
    let model = SemiAmortized(start: start, update: rule, steps: steps)
    let score = ScoreNoise(from: noise.stream(1))
    var total = 0.0
    for y in model.iterates(x, on: problem, noise: StepNoise(from: noise.stream(2))).dropFirst() {
      let value = problem(y, x, noise: score).cast(to: .float64)
      let size = clip(which(isFinite(value), value, 1e12) - floor, 1e-12, 1e12)
      total += log(size).mean().item()
    }
    return total / Double(steps)
  }
}
