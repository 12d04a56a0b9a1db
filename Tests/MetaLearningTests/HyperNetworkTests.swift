import Amortization
import MetaLearning
import Networks
import Tensors
import Testing

@Suite struct HyperNetworkTests {
  /// For ridge regression with fixed inputs, the best weights are linear in the targets: a linear
  /// hypernetwork must find (XᵀX/k + λI)⁻¹Xᵀ/k.
  @Test func aLinearHypernetworkFindsTheRidgeMap() throws {
    var generator = Generator(seed: 1)
    let (k, d, decay) = (8, 3, 0.2)
    let inputs = Tensor.normal([k, d], dtype: .float64, from: &generator)
    let tasks = TaskFamily(inputs: d, outputs: 1, support: k, query: k) { count, generator in
      let targets = Tensor.normal([count, k, 1], dtype: .float64, from: &generator)
      let rows = inputs.broadcast(to: [count, k, d])
      return [
        "supportInputs": rows, "supportTargets": targets, "queryInputs": rows,
        "queryTargets": targets,
      ]
    }
    let layout = ParameterRows(Dense(d, 1, bias: false, dtype: .float64, from: &generator))
    // ½-free squares: f = |Xw − t|²/k + λ/2·|w|².
    let problem = ParametricProblem.taskLoss(
      tasks, layout, on: .support, decay: 2 * decay, dtype: .float64)
    struct Flat: Layer {
      var inner: Dense
      let columns: Range<Int>
      func callAsFunction(_ x: Tensor) -> Tensor { inner(x[0..., columns]) }
    }
    let columns = tasks.parts["supportTargets"].columns
    let reader = Flat(
      inner: Dense(k, d, bias: false, dtype: .float64, from: &generator), columns: columns)
    let run = train(
      FullyAmortized(reader), on: problem, steps: 3000,
      options: TrainingOptions(schedule: .cosine(from: 2e-2, to: 1e-5, steps: 3000), heldOut: 0))
    let gram = matmul(inputs.T, inputs) / Double(k) + decay * Tensor.eye(d, dtype: .float64)
    let exact = matmul(try inverted(gram), inputs.T) / Double(k)
    #expect(abs(run.model.network.inner.weight.T - exact).max().item() < 1e-3)
  }

  @Test func tasksHaveTheirPartsAndALossOfEach() {
    let tasks = TaskFamily.sinusoids(support: 4, query: 7, noise: 0.1)
    #expect(tasks.parts.width == 2 + 8 + 14)
    let x = tasks.contexts.sample(500, seed: 1)
    let row = tasks.parts(x)
    let (inputs, targets) = tasks.examples(x, .query)
    #expect(inputs.shape == [500, 7, 1])
    let amplitude = row.description.reshaped([500, 1, 2])[0..., 0..., ..<1]
    let phase = row.description.reshaped([500, 1, 2])[0..., 0..., 1...]
    let scatter = targets.reshaped([500, 7, 1]) - amplitude * sin(inputs - phase)
    #expect(Swift.abs(square(scatter).mean().item() - 0.01) < 0.001)
    var generator = Generator(seed: 2)
    let layout = ParameterRows(MLP([1, 3, 1], dtype: .float64, from: &generator))
    let y = Tensor.normal([500, layout.count], dtype: .float64, from: &generator)
    let loss = ParametricProblem.taskLoss(tasks, layout, on: .support, dtype: .float64)(y, x)
    let (own, goal) = tasks.examples(x, .support)
    let third = layout.network(y[3])(own[3])
    #expect(Swift.abs((square(third - goal[3]).mean() - loss[3]).item()) < 1e-12)
  }
}
