import Amortization
import Networks
import Tensors

/// Learning tasks as contexts: each has examples to learn from (support) and examples to be judged on
/// (query).
///
/// ```swift
/// let tasks = TaskFamily.sinusoids(support: 10, query: 20)
/// let layout = ParameterRows(MLP([1, 40, 40, 1]))
/// let problem = ParametricProblem.taskLoss(tasks, layout)            // judged on the query examples
/// let inner = ParametricProblem.taskLoss(tasks, layout, on: .support)
/// ```
///
/// A context is one row; ``parts`` names what is in it: `description` if tasks have one, `supportInputs`,
/// `supportTargets`, `queryInputs`, `queryTargets`. A model that reads one of them alone is given by
/// ``Networks/Reading``.
public struct TaskFamily {
  /// Which examples a loss is of.
  public enum Examples: String, Sendable, Hashable {
    /// To learn from.
    case support
    /// To be judged on.
    case query
  }

  /// What a row is made of.
  public let parts: Parts
  /// The distribution of tasks.
  public let contexts: Contexts
  /// Examples to learn from.
  public let support: Int
  /// Examples to be judged on.
  public let query: Int

  /// Tasks by a function that draws them, as parts by name.
  ///
  /// - Parameters:
  ///   - description: numbers that say which task it is; 0 for none.
  ///   - draw: `description` `[n, description]` if there is one; inputs `[n, support, inputs]` and so on.
  public init(
    description: Int = 0, inputs: Int, outputs: Int, support: Int, query: Int,
    _ draw: @escaping (_ count: Int, _ generator: inout Generator) -> [String: Tensor]
  ) {
    guard support > 0, query > 0, inputs > 0, outputs > 0 else {
      fatalError(
        "TaskFamily: \(support) support and \(query) query examples of \(inputs) inputs and \(outputs) "
          + "outputs; a task has at least one of each")
    }
    var shapes: [(name: String, shape: [Int])] = []
    if description > 0 { shapes.append(("description", [description])) }
    for (name, count) in [("support", support), ("query", query)] {
      shapes.append(("\(name)Inputs", [count, inputs]))
      shapes.append(("\(name)Targets", [count, outputs]))
    }
    let parts = Parts(shapes)
    self.parts = parts
    (self.support, self.query) = (support, query)
    contexts = Contexts { count, generator in parts.joined(draw(count, &generator)) }
  }

  /// Inputs and targets of rows of tasks.
  ///
  /// - Shapes: `[n, examples, inputs]` and `[n, examples, outputs]`.
  public func examples(_ x: Tensor, _ which: Examples) -> (inputs: Tensor, targets: Tensor) {
    let row = parts(x)
    return (row["\(which.rawValue)Inputs"], row["\(which.rawValue)Targets"])
  }

  /// Sinusoids A·sin(t − φ) with A in [0.1, 5], φ in [0, π] and t in [−5, 5], the tasks of MAML
  /// (arXiv:1703.03400); their description is (A, φ).
  ///
  /// - Parameter noise: deviation of the targets' noise.
  public static func sinusoids(support: Int = 10, query: Int = 10, noise: Double = 0) -> TaskFamily
  {
    TaskFamily(description: 2, inputs: 1, outputs: 1, support: support, query: query) {
      count, generator in
      func uniform(_ shape: [Int], _ low: Double, _ high: Double) -> Tensor {
        Tensor.uniform(shape, low: low, high: high, dtype: .float64, from: &generator)
      }
      let amplitude = uniform([count, 1, 1], 0.1, 5)
      let phase = uniform([count, 1, 1], 0, 3.141592653589793)
      let inputs = uniform([count, support + query, 1], -5, 5)
      let scatter = Tensor.normal(inputs.shape, std: noise, dtype: .float64, from: &generator)
      let targets = amplitude * sin(inputs - phase) + scatter
      return [
        "description": concatenate([amplitude, phase], axis: 1).reshaped([count, 2]),
        "supportInputs": inputs[0..., ..<support], "supportTargets": targets[0..., ..<support],
        "queryInputs": inputs[0..., support...], "queryTargets": targets[0..., support...],
      ]
    }
  }
}

/// What is lost on one example.
public enum TaskLoss: Sendable, Hashable {
  /// The squared error, summed over outputs.
  case squared
  /// The cross entropy of logits; targets are rows of 0 and 1.
  case crossEntropy
}

extension ParametricProblem {
  /// The mean loss of a network on the examples of a task; the variable is the network's parameters, as
  /// rows.
  ///
  /// - Parameters:
  ///   - layout: the network whose parameters are searched.
  ///   - examples: what the loss is of.
  ///   - decay: weight of ½|y|².
  public static func taskLoss<Network: Layer>(
    _ tasks: TaskFamily, _ layout: ParameterRows<Network>,
    on examples: TaskFamily.Examples = .query,
    loss: TaskLoss = .squared, decay: Double = 0, dtype: DType = .float32
  ) -> ParametricProblem {
    let begin = layout.row(layout.template).cast(to: dtype)
    return ParametricProblem(
      dimension: layout.count, contexts: tasks.contexts, dtype: dtype, start: { _ in begin }
    ) { y, x in
      let (inputs, targets) = tasks.examples(x, examples)
      let outputs = layout(y, inputs)
      let each: Tensor
      switch loss {
      case .squared: each = square(outputs - targets).sum(axis: -1)
      case .crossEntropy: each = -(targets * logSoftmax(outputs)).sum(axis: -1)
      }
      let mean = each.mean(axis: 1)
      return decay == 0 ? mean : mean + 0.5 * decay * square(y).sum(axis: -1)
    }
  }
}
