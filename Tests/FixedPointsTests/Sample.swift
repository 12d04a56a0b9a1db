import FixedPoints
import Amortization
import Networks
import Tensors

func normal(_ shape: [Int], seed: Int) -> Tensor {
  var generator = Generator(seed: seed)
  return Tensor.normal(shape, dtype: .float64, from: &generator)
}

func farthest(_ a: Tensor, _ b: Tensor) -> Double { abs(a - b).max().item() }

/// ISTA for a lasso with 40 rows and 20 columns; contexts are right sides.
func lassoIteration(weight: Double = 0.1) -> ParametricProblem {
  let a = normal([40, 20], seed: 100) / 40.0.squareRoot()
  let gram = matmul(a.T, a)
  let length: Double = try! eigenSymmetric(gram).values.max().item()
  let step = Tensor.eye(20, dtype: .float64) - gram / length
  return ParametricProblem(
    fixedPoint: { y, x in
      softThreshold(matmul(y, step) + matmul(x, a) / length, weight / length)
    }, dimension: 20, contexts: .normal(dimension: 40), dtype: .float64)
}

/// A model that always starts at 0.
func zeroStart(_ dimension: Int) -> LearnedPoint {
  LearnedPoint(Tensor.zeros([dimension], dtype: .float64))
}
