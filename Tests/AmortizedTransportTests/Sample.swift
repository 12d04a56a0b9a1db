import Tensors

/// Two measures on points of the unit square, from a seed.
struct Sample {
  var a: Tensor
  var b: Tensor
  var x: Tensor
  var y: Tensor

  init(_ n: Int, _ m: Int, seed: Int, dimension d: Int = 2) {
    var generator = Generator(seed: seed)
    let u = Tensor.uniform([n], low: 0.1, high: 1, dtype: .float64, from: &generator)
    let v = Tensor.uniform([m], low: 0.1, high: 1, dtype: .float64, from: &generator)
    (a, b) = (u / u.sum(), v / v.sum())
    x = Tensor.uniform([n, d], low: 0, high: 1, dtype: .float64, from: &generator)
    y = Tensor.uniform([m, d], low: 0, high: 1, dtype: .float64, from: &generator)
  }
}

func largestGap(_ x: Tensor, _ y: Tensor) -> Double {
  abs(x.cast(to: .float64) - y.cast(to: .float64)).max().item()
}
