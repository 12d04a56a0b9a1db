import Amortization
import Networks
import Tensors

/// A learned start and a learned acceleration that are never behind the plain iteration.
///
/// ```swift
/// let model = SemiAmortized(start: start, update: RecurrentAcceleration(…), steps: 10)
/// let found = GuardedAcceleration(model).solve(problem, contexts)
/// found.refused          // steps refused, for each row
/// ```
///
/// The plain iteration from the problem's usual start runs alongside. After each step, a row keeps
/// the accelerated point if its residual max |g(y) − y| is finite and no larger than the plain one's;
/// otherwise it goes on from the plain point. So after every number of steps the residual is at most
/// that of the plain iteration, and a row takes at most its number of iterations, on any context and
/// for any model, NaN included. The acceleration is used for the model's number of steps, as it was
/// trained; after them, rows go on plainly from where they are.
///
/// - Complexity: two evaluations of the map for each row and step, both in one batch, until a row's
///   points coincide.
public struct GuardedAcceleration<Start: Layer, Update: FixedPointAcceleration>: IterativeSolver {
  /// What is guarded.
  public var model: SemiAmortized<Start, Update>
  public var name: String
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of g(y) − y.
  public var tolerance: Double

  /// A model behind a guard.
  public init(
    _ model: SemiAmortized<Start, Update>, name: String = "guarded acceleration",
    maximumIterations: Int = 1000, tolerance: Double = 1e-6
  ) {
    self.model = model
    self.name = name
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var advice: String {
    "use more iterations; the plain iteration is no faster here: look whether the map contracts"
  }
  /// The count of refusals is by row of the whole batch.
  public var compacts: Bool { false }

  // Memory: the plain point and its image; the image of y; then the acceleration's own.

  public func begin(_ rows: inout SolverRows) {
    guard rows.problem.fixedPointMap != nil else {
      fatalError("\(name): the problem has no map; give it as ParametricProblem(fixedPoint: …)")
    }
    let usual = rows.y
    let predicted = stopGradient(
      rows.problem.domain.embed(model.start(rows.x).cast(to: usual.dtype)))
    let tame = which(isFinite(predicted).all(axis: -1).asColumn, predicted, usual)
    let (taken, plainImage, image) = judged(&rows, bold: tame, plain: usual)
    rows.memory = [usual, plainImage, image]
    rows.memory += model.update.begin(rows.y, setting(rows, 0)).map { stopGradient($0) }
    rows.refused = 1 - taken.cast(to: .float64)
  }

  public func step(_ rows: inout SolverRows) {
    let (image, now) = (rows.memory[2], setting(rows, rows.step - 1))
    let old = Array(rows.memory[3...])
    var own = old
    let bold =
      rows.step > model.steps
      ? image : stopGradient(model.update.accelerated(rows.y, image: image, &own, now))
    own = own.map { stopGradient($0) }
    let isFine = isFinite(bold).all(axis: -1)
    // What a row has remembered of a point that is not finite would spoil the steps to come.
    if !isFine.all() {
      for i in own.indices where i < old.count && old[i].shape == own[i].shape {
        let axes = Array(repeating: 1, count: own[i].ndim - 1)
        own[i] = which(isFine.reshaped([rows.count] + axes), own[i], old[i])
      }
    }
    let plain = rows.memory[1]
    let working = rows.error .> tolerance
    let (taken, plainImage, next) = judged(
      &rows, bold: which(isFine.asColumn, bold, plain), plain: plain)
    rows.memory = [plain, plainImage, next] + own
    // A row that is done is stepped on with the others, but no longer counted.
    let refusal = which(working, 1 - (taken .& isFine).cast(to: .float64), 0)
    rows.refused = rows.refused.map { $0 + refusal } ?? refusal
  }

  /// Takes the better of two points in each row.
  private func judged(
    _ rows: inout SolverRows, bold: Tensor, plain: Tensor
  ) -> (taken: Tensor, plainImage: Tensor, image: Tensor) {
    let n = rows.count
    let both = concatenate([bold, plain])
    let (images, values) = rows.mapped(both, concatenate([rows.x, rows.x]))
    let errors = abs(images - both).max(axis: -1)
    // NaN loses every comparison.
    let taken = (errors[..<n] .<= errors[n...]) .| (isNaN(errors[n...]) .& .!isNaN(errors[..<n]))
    rows.y = which(taken.asColumn, bold, plain)
    rows.value = which(taken, values[..<n], values[n...])
    rows.error = which(taken, errors[..<n], errors[n...])
    let image = which(taken.asColumn, images[..<n], images[n...])
    return (taken, images[n...], image)
  }

  private func setting(_ rows: SolverRows, _ index: Int) -> UpdateSetting {
    UpdateSetting(problem: rows.problem, contexts: rows.x, noise: rows.noise, index: index)
  }
}
