import Reinforcement
import Tensors

/// A finite process played by a blueprint that is improved, or not, in each state that comes up.
///
/// ```swift
/// let search = FiniteSearch(process, blueprint: policy, horizon: 50, features: maze.activeFeatures)
/// let score = search.play(from: start, by: .fineTuning, samples: 4000, seed: 1)
/// ```
///
/// Every method may simulate the same number of steps before each move, from the state that the game is
/// in; the game's own chances come from a stream of their own, the same for all methods.
public struct FiniteSearch: Sendable {
  /// What is done before a move.
  public enum Method: Sendable, Hashable, CaseIterable {
    /// Nothing: the move is drawn from the blueprint.
    case blueprint
    /// Policy gradients on rollouts from this state, from the blueprint's weights on (RL search,
    /// arXiv:2109.15316); what was learned is kept for the next move of the game.
    case fineTuning
    /// UCT (doi:10.1007/11871842_29) with values by state, and rollouts of the blueprint behind its tree.
    case treeSearch
  }

  /// A game that was played.
  public struct Game: Sendable {
    /// The sum of its rewards.
    public let score: Double
    /// Moves.
    public let moves: Int
    /// Simulated steps.
    public let samples: Int
  }

  /// What is played.
  public let process: FiniteMDP
  /// What plays where nothing is searched.
  public let blueprint: FeaturePolicy
  /// Steps after which a game is over.
  public let horizon: Int
  /// Rollouts of each step along the gradient.
  public var batch = 24
  /// The step size of Adam.
  public var learningRate = 0.3
  /// What entropy is worth at first, in deviations of the advantages; it falls to 0 before each move.
  public var entropy = 0.3
  /// The most steps that a simulation looks ahead; the whole rest of the game if it is large.
  public var depth = 25
  /// UCT's weight of curiosity, in units of reward.
  public var curiosity = 1.0
  /// The active features of each state, `state·width + i`, −1 where there are fewer.
  private let active: [Int32]
  private let width: Int

  /// A player; see the properties.
  ///
  /// - Parameter features: the features that are 1 in a state.
  public init(
    _ process: FiniteMDP, blueprint: FeaturePolicy, horizon: Int,
    features: (_ state: Int) -> [Int]
  ) {
    guard horizon > 0, blueprint.actions == process.actions else {
      stop(
        "FiniteSearch: \(horizon) steps, and a blueprint with \(blueprint.actions) actions for "
          + "\(process.actions)")
    }
    self.process = process
    self.blueprint = blueprint
    self.horizon = horizon
    let lists = (0..<process.states).map { features($0).map(Int32.init) }
    let width = lists.map(\.count).max() ?? 0
    self.width = width
    active = lists.flatMap { $0 + [Int32](repeating: -1, count: width - $0.count) }
    let highest = active.max() ?? -1
    guard highest < blueprint.features else {
      stop("FiniteSearch: feature \(highest) of \(blueprint.features), counted from 0")
    }
  }

  /// One game from a state.
  ///
  /// - Parameters:
  ///   - samples: simulated steps before each move.
  ///   - seed: decides the game's chances; searches draw from another stream.
  public func play(from state: Int, by method: Method, samples: Int = 0, seed: Int) -> Game {
    guard (0..<process.states).contains(state) else {
      stop("FiniteSearch: state \(state) of \(process.states)")
    }
    guard method == .blueprint || samples > 0 else {
      stop("FiniteSearch: \(samples) samples before each move")
    }
    var chances = Generator(seed: seed)
    var own = chances.split()
    var policy = blueprint
    var (now, score, spent, moves) = (state, 0.0, 0, 0)
    var odds = [Double](repeating: 0, count: process.actions)
    while moves < horizon {
      let left = min(depth, horizon - moves)
      let action: Int
      // Both are drawn for every method, so that all see the same chances.
      let (choice, luck) = (chances.uniform(), chances.uniform())
      switch method {
      case .blueprint:
        policy.probabilities(features(now), into: &odds)
        action = drawn(odds, choice)
      case .fineTuning:
        spent += tune(&policy, from: now, steps: left, samples: samples, &own)
        policy.probabilities(features(now), into: &odds)
        action = drawn(odds, choice)
      case .treeSearch:
        let found = treeSearch(from: now, steps: left, samples: samples, &own)
        spent += found.samples
        action = found.action
      }
      let step = process.follow(now, action, luck)
      score += step.reward
      moves += 1
      guard let next = step.next else { break }
      now = next
    }
    return Game(score: score, moves: moves, samples: spent)
  }

  func features(_ state: Int) -> some Collection<Int> {
    active[(state * width)..<((state + 1) * width)].lazy.map(Int.init)
  }

  func drawn(_ odds: [Double], _ u: Double) -> Int {
    var rest = u
    for action in odds.indices {
      rest -= odds[action]
      if rest < 0 { return action }
    }
    return odds.count - 1
  }
}
