import Ansatz

// The point y of least f(y; x) = (y - x₀ - x₁)², which is x₀ + x₁.
setSeed(3)
let problem = ParametricProblem(dimension: 1, contexts: .normal(std: 1, dimension: 2)) { y, x in
  square(y - x.sum(axis: 1, keepDims: true)).sum(axis: 1)
}
let run = train(FullyAmortized(MLP([2, 32, 1])), on: problem, steps: 1000)
let x = Tensor.normal([1000, 2])
let error = run.model(x, on: problem) - x.sum(axis: 1, keepDims: true)
print("mean squared error:", square(error).mean().item())

let grid = Tensor.linspace(-2, 2, 81)
let prediction = run.model(stack([grid, grid * 0.5], axis: 1), on: problem)
let figure = Figure("Prediction and solution") {
  Axes {
    Line(grid, prediction.flattened(), label: "prediction")
    Line(grid, grid * 1.5, label: "solution")
  }
}
for path in CommandLine.arguments.dropFirst() { try figure.save(to: path) }
