import Display
import Tensors

/// Starts that every policy is measured from, with the optimum's returns.
///
/// ```swift
/// let trial = PolicyTrial(Pendulum(), starts: 1000, seed: 7, optimum: program.policy)
/// trial.regret(of: agent.action)        // mean over the same 1000 starts
/// ```
///
/// An episode's return deviates by 75 between starts of the pendulum, so two policies, or a policy
/// and the optimum, are compared start by start.
public struct PolicyTrial<E: Environment>: Sendable {
  /// What is lived in.
  public let environment: E
  /// The states, `[n, d]`.
  public let starts: Tensor
  /// The returns of the optimal policy from each start, `[n]`, if there is one.
  public let optimum: Tensor?
  private let seed: Int

  /// Starts that a seed decides.
  ///
  /// - Parameter optimum: actions of the optimal policy for states and steps.
  public init(
    _ environment: E, starts count: Int = 1000, seed: Int = 1_000_003,
    optimum: ((_ state: Tensor, _ t: Int) -> Tensor)? = nil
  ) {
    var generator = Generator(seed: seed)
    self.environment = environment
    self.seed = seed
    let states = environment.reset(count, from: &generator)
    starts = states
    self.optimum = optimum.map { policy in
      rollout(policy, in: environment, from: states, seed: seed).returns
    }
  }

  /// Returns of a policy from each start, `[n]`.
  public func returns(of policy: (_ observation: Tensor) -> Tensor) -> Tensor {
    rollout(
      { state, _ in policy(environment.observe(state)) }, in: environment, from: starts,
      seed: seed
    ).returns
  }

  /// The optimum's return less the policy's, on average over the same starts.
  ///
  /// Stops the cell if the optimum is not known.
  public func regret(of policy: (_ observation: Tensor) -> Tensor) -> Double {
    guard let optimum else {
      fatalError("PolicyTrial: no optimum is known for \(environment.name); give optimum:")
    }
    return (optimum - returns(of: policy)).mean().item()
  }
}

/// A method's results over several seeds.
public struct SeedResults: Sendable {
  /// What it is called.
  public var name: String
  /// A figure for each seed, such as its regret.
  public var figures: [Double]
  /// Steps of the environment of each seed.
  public var environmentSteps: Int
  /// Seconds of each seed, on average, where they were measured.
  public var seconds: Double?

  /// Results of one method.
  public init(_ name: String, _ figures: [Double], environmentSteps: Int, seconds: Double? = nil) {
    self.name = name
    self.figures = figures
    self.environmentSteps = environmentSteps
    self.seconds = seconds
  }
}

/// A table of methods over seeds: interquartile mean, its interval, median, worst seed, steps and
/// time.
public struct SeedReport: Sendable, CustomStringConvertible, Displayable {
  /// What the figures are.
  public let figure: String
  /// A row for each method.
  public let rows: [SeedResults]

  /// A table of figures.
  public init(_ figure: String, _ rows: [SeedResults]) {
    self.figure = figure
    self.rows = rows
  }

  private var table: Table {
    let isTimed = rows.contains { $0.seconds != nil }
    var table = Table(
      [
        .left(""), .right("interquartile mean"), .right("95 % interval"), .right("median"),
        .right("largest"), .right("seeds"), .right("steps"),
      ] + (isTimed ? [.right("seconds")] : []), caption: figure)
    for row in rows {
      let interval = bootstrapInterval(row.figures)
      let sorted = row.figures.sorted()
      let middle =
        sorted.isEmpty ? .nan : 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
      let low = shortNumber(interval.lowerBound)
      let high = shortNumber(interval.upperBound)
      let time: [Table.Cell] = isTimed ? [.init(row.seconds.map { shortNumber($0) } ?? "–")] : []
      let figures: [Table.Cell] = [
        .init(row.name), .init(shortNumber(interquartileMean(row.figures))),
        "\(low) … \(high)", .init(shortNumber(middle)),
        .init(shortNumber(sorted.last ?? .nan)), "\(row.figures.count)",
        "\(row.environmentSteps)",
      ]
      table.add(figures + time)
    }
    return table
  }

  public var description: String { table.description }
  public var mimeBundle: MimeBundle { table.mimeBundle }
}
