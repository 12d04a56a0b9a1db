import Networks
import Tensors

/// A rule that refuses some of its steps.
public protocol SafeguardedRule: UpdateRule {
  /// Steps refused so far, by row, from the memory of the iteration.
  func refusals(_ memory: [Tensor]) -> Tensor
}

/// A learned update that never does worse than the plain one it accelerates.
///
/// ```swift
/// let guarded = SafeguardedUpdate(learned, plain: MapUpdate(step))
/// let found = UpdateIteration(guarded, maximumIterations: 50).solve(problem, contexts)
/// found.refused          // steps refused, for each row
/// ```
///
/// In each step and row, the learned point is taken if its merit is no larger than that of the plain
/// step from the same point and of the plain iteration from the start, which runs alongside; else
/// the better of these two is. So after every number of steps, the merit is at most that of the plain
/// iteration, whatever the learned rule does, NaN included.
///
/// - Complexity: one learned and two plain steps, and three evaluations of the merit, each step. With
///   `tracksPlain: false` one plain step and two evaluations; then a step is never worse than a plain
///   step from the same point, but the iteration may be worse than the plain one in the end.
public struct SafeguardedUpdate<Learned: UpdateRule, Plain: UpdateRule>: SafeguardedRule {
  /// What is tried first.
  public var learned: Learned
  /// What is fallen back to.
  public var plain: Plain
  /// Whether the plain iteration runs alongside.
  public let tracksPlain: Bool
  private let merit: (_ y: Tensor, _ setting: UpdateSetting) -> Tensor

  /// - Parameter merit: what must not get worse, `[n]`; by default the objective, which is the
  ///   squared residual for problems given by a fixed-point map. It may draw steps' noise only.
  public init(
    _ learned: Learned, plain: Plain, tracksPlain: Bool = true,
    merit: @escaping (_ y: Tensor, _ setting: UpdateSetting) -> Tensor = { y, setting in
      setting.problem(y, setting.contexts, noise: setting.noise)
    }
  ) {
    self.learned = learned
    self.plain = plain
    self.tracksPlain = tracksPlain
    self.merit = merit
  }

  // Memory: refusals; how much belongs to the plain rule; its memory; the plain iteration's point
  // and memory, if it runs alongside; the learned rule's memory.

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] {
    let own = plain.begin(y, setting)
    let zeros = Tensor.zeros([y.dim(0)], dtype: .float64)
    return [zeros, zeros + Double(own.count)] + own + (tracksPlain ? [y] + own : [])
      + learned.begin(y, setting)
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    let width = memory[1].size == 0 ? 0 : Int(memory[1][0].item() as Double)
    let afterPlain = 2 + width
    let afterTrack = afterPlain + (tracksPlain ? 1 + width : 0)
    var (own, bold) = (Array(memory[2..<afterPlain]), Array(memory[afterTrack...]))
    let old = bold

    var safe = plain.step(y, &own, setting)
    var limit = merit(safe, setting)
    var track: [Tensor] = []
    if tracksPlain {
      var shadow = Array(memory[(afterPlain + 1)..<afterTrack])
      let point = plain.step(memory[afterPlain], &shadow, setting)
      let other = merit(point, setting)
      // A merit that is not a number loses.
      let isBetter = (other .< limit) .| (isNaN(limit) .& .!isNaN(other))
      safe = which(isBetter.asColumn, point, safe)
      limit = which(isBetter, other, limit)
      track = [point] + shadow
    }
    let candidate = learned.step(y, &bold, setting)
    let isFine = isFinite(candidate).all(axis: -1)
    let tame = which(isFine.asColumn, candidate, safe)
    let isTaken = isFine .& (merit(tame, setting) .<= limit)
    // What a row has remembered of a point that is not finite would spoil the steps to come.
    for i in bold.indices
    where bold[i].ndim > 0 && bold[i].shape == old[i].shape
      && bold[i].dim(0) == y.dim(0) && !isFine.all()
    {
      let mask = isFine.reshaped([y.dim(0)] + Array(repeating: 1, count: bold[i].ndim - 1))
      bold[i] = which(mask, bold[i], old[i])
    }
    let refused = memory[0] + (.!isTaken).cast(to: .float64)
    memory = [refused, memory[1]] + own + track + bold
    return which(isTaken.asColumn, tame, safe)
  }

  public func refusals(_ memory: [Tensor]) -> Tensor { memory[0] }
}
