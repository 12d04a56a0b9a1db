import Amortization
import Networks
import Tensors

extension ParametricProblem {
  /// Convex conjugates as a family of problems: y ↦ argmin over x of f(x) − ⟨x, y⟩, whose value is
  /// −f*(y) (arXiv:2210.12153).
  ///
  /// - Parameter potential: f, `[n, dimension]` → `[n]`.
  public static func conjugate(
    of potential: @escaping (Tensor) -> Tensor, dimension: Int, points: Contexts,
    dtype: DType = .float32
  ) -> ParametricProblem {
    let objective: (Tensor, Tensor) -> Tensor = { x, y in potential(x) - (x * y).sum(axis: -1) }
    return ParametricProblem(
      dimension: dimension, contexts: points, dtype: dtype, start: { y in y },
      objective: objective)
  }
}

/// How a W2 training refines the amortized conjugate before it is used.
public enum ConjugateRefinement: Sendable, Hashable {
  /// The prediction as it is.
  case none
  /// L-BFGS from the prediction, at most this many iterations.
  case lbfgs(Int)
}

/// Continuous W2 transport by its dual over convex potentials, with an amortized conjugate
/// (Makkuva et al. arXiv:1908.10962; Amos arXiv:2210.12153):
///
/// ½·W₂² = ½·E|x|² + ½·E|y|² − min over convex f of E f(x) + E f*(y).
///
/// Each step draws points of both measures, improves the predictor x̂(y) of the conjugate's
/// argument on f(x̂) − ⟨x̂, y⟩, refines its predictions if asked to, and takes a step of the
/// potential with them held fixed, which is right by the envelope theorem. At the optimum ∇f maps
/// the first measure to the second and x̂ back.
public struct ContinuousTransport {
  public private(set) var potential: ConvexNetwork
  public private(set) var conjugate: Residual<MLP>
  /// −(f(x) + f*(y)) averaged over the batch of each step, with the moments: estimates of ½·W₂².
  public private(set) var estimates: [Double] = []
  public let refinement: ConjugateRefinement
  public let batch: Int
  private let source: (Int, inout Generator) -> Tensor
  private let target: (Int, inout Generator) -> Tensor
  private var optimizers: (potential: Adam, conjugate: Adam)
  private var generator: Generator

  /// - Parameters:
  ///   - source: draws points of the first measure, `[count, dimension]`.
  ///   - target: of the second.
  public init(
    dimension: Int, hidden: [Int] = [64, 64], predictor: [Int] = [128, 128], batch: Int = 128,
    learningRate: Double = 1e-2, refinement: ConjugateRefinement = .none, seed: Int = 0,
    source: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor,
    target: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor
  ) {
    var generator = Generator(seed: seed)
    potential = ConvexNetwork(dimension: dimension, hidden: hidden, from: &generator)
    var network = MLP(
      [dimension] + predictor + [dimension], activation: .elu, from: &generator)
    let last = network.layers.count - 1
    network.layers[last].weight = network.layers[last].weight * 0.01
    conjugate = Residual(network)
    self.source = source
    self.target = target
    self.batch = batch
    self.refinement = refinement
    self.generator = generator
    optimizers = (
      Adam(learningRate: learningRate, beta1: 0.7), Adam(learningRate: learningRate, beta1: 0.7)
    )
  }

  /// Goes on for some steps; the step size falls to 0 along half a cosine over them.
  public mutating func advance(by steps: Int) {
    let rates = (optimizers.potential.learningRate, optimizers.conjugate.learningRate)
    let falling = Schedule.cosine(from: 1, to: 0, steps: steps)
    for k in 0..<steps {
      optimizers.potential.learningRate = rates.0 * falling(k)
      optimizers.conjugate.learningRate = rates.1 * falling(k)
      step()
    }
    optimizers.potential.learningRate = rates.0
    optimizers.conjugate.learningRate = rates.1
  }

  private mutating func step() {
    let x = source(batch, &generator).cast(to: .float32)
    let y = target(batch, &generator).cast(to: .float32)
    let f = potential
    let slope = gradient(at: conjugate) { model in
      let guess = model(y)
      return (f(guess) - (guess * y).sum(axis: -1)).mean()
    }
    optimizers.conjugate.update(&conjugate, along: slope)
    let back = stopGradient(inverse(y))
    let (value, change) = valueAndGradient(at: potential) { f in f(x).mean() - f(back).mean() }
    optimizers.potential.update(&potential, along: change)
    let moments = (square(x).sum() + square(y).sum()).item() / (2 * Double(batch))
    let pairing = (back * y).sum().item() / Double(batch)
    estimates.append(moments - value.item() - pairing)
  }

  /// Where the first measure's points go: ∇f(x).
  public func map(_ x: Tensor) -> Tensor { potential.map(x.cast(to: .float32)) }

  /// Where the second measure's points come from: the conjugate's argument, refined if asked to.
  public func inverse(_ y: Tensor) -> Tensor {
    let guess = conjugate(y.cast(to: .float32))
    guard case .lbfgs(let iterations) = refinement else { return guess }
    let f = potential
    let problem = ParametricProblem.conjugate(
      of: { f($0) }, dimension: y.shape[1], points: Contexts { _, _ in y })
    let start = stopGradient(guess)
    return LBFGS(iterations: iterations).solve(problem, y.cast(to: .float32), from: start).solution
  }
}
