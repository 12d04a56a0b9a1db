import Amortization
import Networks

/// Everything that decides a ``DualTraining``, except for measures and models.
public struct DualTrainingOptions {
  /// Points of either measure in each step.
  public var batch: Int
  /// What the predicted maximizers are trained on: `.objective`, `.regression` or `.cycle`.
  public var loss: Loss
  /// Goes on from predictions before the potential sees them; `nil` for predictions as they are.
  public var refinement: (any Solver)?
  /// The potential's optimizer.
  public var potentialOptimizer: any Optimizer
  /// The optimizer of the conjugate's model.
  public var conjugateOptimizer: any Optimizer
  /// Step sizes of both by step, if they change.
  public var schedule: Schedule?
  /// Steps of the conjugate's model for each of the potential.
  public var conjugateSteps: Int
  /// Decides the batches.
  public var seed: Int

  /// The defaults follow arXiv:2210.12153, but for batches and refinements, which are smaller.
  public init(
    batch: Int = 512, loss: Loss = .regression,
    refinement: (any Solver)? = LBFGS(maximumIterations: 10, tolerance: 1e-2),
    potentialOptimizer: any Optimizer = Adam(learningRate: 5e-4, beta1: 0.5, beta2: 0.5),
    conjugateOptimizer: any Optimizer = Adam(learningRate: 5e-4, beta1: 0.5, beta2: 0.5),
    schedule: Schedule? = nil, conjugateSteps: Int = 1, seed: Int = 0
  ) {
    guard batch > 0, conjugateSteps > 0 else {
      fatalError(
        "DualTrainingOptions: batches of \(batch), \(conjugateSteps) conjugate steps; both must be "
          + "positive")
    }
    guard refinement != nil || !loss.needsTargets else {
      fatalError(
        "DualTrainingOptions: the loss \(loss.name) compares with refined points; set refinement:, "
          + "or take .objective or .cycle")
    }
    self.batch = batch
    self.loss = loss
    self.refinement = refinement
    self.potentialOptimizer = potentialOptimizer
    self.conjugateOptimizer = conjugateOptimizer
    self.schedule = schedule
    self.conjugateSteps = conjugateSteps
    self.seed = seed
  }
}
