import Networks
import Tensors

/// The contexts that a training owns: held-out ones, and a training set if it is fixed.
struct TrainingData {
  var heldOut: Tensor?
  var contexts: Tensor?
  var targets: Tensor?
  var path: [Tensor] = []

  init<M: AmortizedModel>(
    _ model: M, _ loss: Loss, _ problem: ParametricProblem, _ options: TrainingOptions
  ) {
    // Seeds of training, held-out contexts and noise are apart.
    var generator = Generator(seed: options.seed)
    var streams = generator.split(3)
    if options.heldOut > 0 {
      heldOut = problem.prepared(
        problem.contexts.sampleHeldOut(options.heldOut, from: &streams[0]))
    }
    if case .fixed(let count) = options.contexts {
      let x = problem.prepared(problem.contexts.sample(count, from: &streams[1]))
      contexts = x
      targets = loss.needsTargets ? stopGradient(problem.groundTruth(x)) : nil
      path = TrainingData.taught(loss, model, problem, x)
    }
  }

  /// The iterates of a loss' teacher, from where the model starts.
  static func taught<M: AmortizedModel>(
    _ loss: Loss, _ model: M, _ problem: ParametricProblem, _ x: Tensor
  ) -> [Tensor] {
    guard let teacher = loss.teacher else { return [] }
    let start = model.iterates(x, on: problem, noise: StepNoise())[0]
    var path = teacher.solver.limited(to: teacher.steps)
      .solve(problem, x, from: start, recordsPath: true).path
    // A solver that is done early stays where it is.
    while path.count <= teacher.steps { path.append(path[path.count - 1]) }
    return path
  }
}

extension TrainingData {
  func write(to file: inout Checkpoint) {
    file.write([heldOut].compactMap { $0 }, as: "data.held out")
    file.write([contexts].compactMap { $0 }, as: "data.contexts")
    file.write([targets].compactMap { $0 }, as: "data.targets")
    file.write(path, as: "data.path")
  }

  /// What a file holds; `nil` if the run had not begun.
  init?(_ file: Checkpoint) throws(TensorFileError) {
    guard file["data.path.count"] != nil else { return nil }
    heldOut = try file.list("data.held out").first
    contexts = try file.list("data.contexts").first
    targets = try file.list("data.targets").first
    path = try file.list("data.path")
  }
}
