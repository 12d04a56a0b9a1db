import Tensors

/// Kantorovich's potential between the Gaussians with the measures' means and covariances, at
/// given points, for the squared Euclidean cost: a start for Sinkhorn's algorithm that costs
/// little (arXiv:2206.07630).
///
/// With the map T(x) = m₂ + A(x − m₁), f(x) = |x|² − (x − m₁)ᵀA(x − m₁) − 2⟨m₂, x⟩.
///
/// - Shapes: x `[n, d]`, y `[m, d]`, a `[n]`, b `[m]` → `[n]`.
/// - Throws: where the covariance of the first measure is singular.
public func gaussianPotential(_ x: Tensor, _ y: Tensor, _ a: Tensor, _ b: Tensor) throws
  -> Tensor
{
  let first = GaussianMeasure(fitting: x, weights: a)
  let second = GaussianMeasure(fitting: y, weights: b)
  let (matrix, _) = try first.map(to: second)
  let points = x.cast(to: .float64)
  let centred = points - first.mean
  let quadratic = (matmul(centred, matrix) * centred).sum(axis: 1)
  return square(points).sum(axis: 1) - quadratic - 2 * matmul(points, second.mean)
}
