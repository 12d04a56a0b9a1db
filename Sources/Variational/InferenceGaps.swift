import Amortization
import Display
import Networks
import Tensors

/// How much of log p(x) an inference loses, and where (arXiv:1801.03558), in nats.
///
/// log p(x) = bound of the prediction + *amortization gap* + *approximation gap*: the first is what a
/// better λ of the same family would gain, the second what no λ can.
public struct InferenceGaps: Sendable {
  /// log p(x) for each row, by importance sampling from the best λ.
  public var evidence: Tensor
  /// The bound at the best λ found, for each row.
  public var best: Tensor
  /// The bound at the prediction, for each row.
  public var amortized: Tensor
  /// What was run for the best λ.
  public var solver: String

  /// What a better λ would gain, mean over rows.
  public var amortizationGap: Double { (best - amortized).mean().item() }
  /// What no λ of the family can gain, mean over rows.
  public var approximationGap: Double { (evidence - best).mean().item() }
}

extension VariationalAutoencoder {
  /// The gaps of this inference on data, with a solver started from the prediction and from λ = 0.
  ///
  /// The solver's steps draw other noise than the scores; a prediction that the solver did not improve
  /// counts as the best.
  ///
  /// - Parameters:
  ///   - samples: draws for each bound.
  ///   - importance: draws for log p(x).
  public func gaps(
    _ x: Tensor,
    solver: some Solver = OptimizerDescent.adam(learningRate: 0.05, maximumIterations: 500),
    samples: Int = 64, importance: Int = 1000, seed: Int = 0
  ) -> InferenceGaps {
    let steps = problem(contexts: .rows(x, heldOut: 0), samples: 4)
    let judge = problem(contexts: .rows(x, heldOut: 0), samples: samples)
    let score = ScoreNoise(seed: seed)
    let predicted = stopGradient(self(x, on: steps))
    func bound(_ lambda: Tensor) -> Tensor { stopGradient(-judge(lambda, x, noise: score)) }
    let amortized = bound(predicted)
    var (best, lambda) = (amortized, predicted)
    for (k, start) in [predicted, steps.startingPoints(x)].enumerated() {
      let found = solver.solve(
        steps, x, from: start, noise: StepNoise(seed: seed + k + 1))
      let other = bound(found.solution)
      let isBetter = other .> best
      best = which(isBetter, other, best)
      lambda = which(isBetter.expandedDims(axis: -1), found.solution, lambda)
    }
    var generator = Generator(seed: seed + 3)
    let evidence = generative.logEvidence(
      x, lambda, posterior: posterior, samples: importance, from: &generator)
    return InferenceGaps(
      evidence: evidence, best: best, amortized: amortized, solver: solver.name)
  }
}

extension InferenceGaps: CustomStringConvertible, Displayable {
  private var table: Table {
    var table = Table([.left(""), .right("nats, mean")])
    let lines: [(String, Double)] = [
      ("log p(x)", evidence.mean().item()),
      ("bound, best λ (\(solver))", best.mean().item()),
      ("bound, prediction", amortized.mean().item()),
      ("approximation gap", approximationGap), ("amortization gap", amortizationGap),
    ]
    for (label, value) in lines { table.add([Table.Cell(label), Table.Cell(shortNumber(value))]) }
    return table
  }

  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}
