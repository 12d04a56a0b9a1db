import Planning
import Tensors
import Testing

@Suite struct GaussianProcessTests {
  private func data(_ n: Int, _ d: Int, seed: Int) -> (x: Tensor, y: Tensor) {
    var generator = Generator(seed: seed)
    let x = Tensor.normal([n, d], dtype: .float64, from: &generator)
    let noise = Tensor.normal([n], dtype: .float64, from: &generator)
    return (x, sin(x.sum(axis: 1)) + 0.5 * x[0..., 0] + 0.05 * noise)
  }

  /// k(a, b) written out.
  private func kernel(_ a: [Double], _ b: [Double], _ ell: [Double], _ s: Double) -> Double {
    var sum = 0.0
    for i in ell.indices { sum += (a[i] - b[i]) * (a[i] - b[i]) / (ell[i] * ell[i]) }
    return s * s * exp(Tensor(-0.5 * sum, dtype: .float64)).item()
  }

  /// The posterior by the inverse of the kernel matrix, element by element.
  @Test(arguments: [3, 12]) func thePosteriorIsTheDefinition(_ n: Int) throws {
    let (x, y) = data(n, 2, seed: n)
    let (ell, s, sigma) = ([0.7, 1.3], 1.2, 0.1)
    let process = GaussianProcess(x, y, lengths: ell, amplitude: s, noise: sigma)
    let rows = (0..<n).map { x[$0].doubles }
    let matrix = rows.indices.map { i in
      rows.indices.map { j in
        kernel(rows[i], rows[j], ell, s) + (i == j ? sigma * sigma : 0)
      }
    }
    let inverse = try inverted(Tensor(matrix.flatMap { $0 }, shape: [n, n], dtype: .float64))
    let at = [[0.1, -0.3], [1.5, 0.2]]
    let found = process.predict(Tensor(at.flatMap { $0 }, shape: [2, 2], dtype: .float64))
    for (row, point) in at.enumerated() {
      let k = Tensor(rows.map { kernel(point, $0, ell, s) }, dtype: .float64)
      let weights = matmul(inverse, k.expandedDims(axis: 1)).squeezed(axis: 1)
      #expect(abs(found.mean[row].item() - (weights * y).sum().item()) < 1e-10)
      #expect(abs(found.variance[row].item() - (s * s - (weights * k).sum().item())) < 1e-10)
    }
    #expect(process.jitter == 0)
  }

  @Test func aSingularKernelMatrixGetsJitterAndSaysSo() {
    let x = Tensor([0.0, 0, 0, 1], shape: [4, 1], dtype: .float64)
    let y = Tensor([1.0, 1, 1, 2], dtype: .float64)
    let process = GaussianProcess(x, y, lengths: [1], amplitude: 1, noise: 1e-12)
    #expect(process.jitter > 0 && process.jitter < 1e-6)
    #expect("\(process)".contains("jitter"))
    #expect(abs(process.predict(x).mean[3].item() - 2) < 1e-3)
  }

  @Test func fittingFindsTheNoiseAndTheInputThatDoesNotMatter() {
    var generator = Generator(seed: 3)
    let x = Tensor.uniform([60, 2], low: -3, high: 3, dtype: .float64, from: &generator)
    let y = sin(x[0..., 0]) + 0.1 * Tensor.normal([60], dtype: .float64, from: &generator)
    let start = GaussianProcess(x, y)
    let process = start.fitted()
    #expect(process.logMarginalLikelihood > start.logMarginalLikelihood + 5)
    #expect(process.noise > 0.07 && process.noise < 0.14)
    #expect(process.lengths[1] > 4 * process.lengths[0])
  }

  /// Against a million samples: means, variances and covariances within three standard errors.
  @Test func momentsMatchSamples() throws {
    let (x, y) = data(14, 2, seed: 5)
    let z = cos(x[0..., 1]) - 0.3 * x[0..., 0]
    let processes = [
      GaussianProcess(x, y, lengths: [0.9, 1.1], amplitude: 1.1, noise: 0.1),
      GaussianProcess(x, z, lengths: [1.4, 0.8], amplitude: 0.9, noise: 0.05),
    ]
    let mean = Tensor([0.3, -0.2], dtype: .float64)
    let covariance = Tensor([0.4, 0.15, 0.15, 0.3], shape: [2, 2], dtype: .float64)
    let found = momentMatched(processes, at: Moments(mean: mean, covariance: covariance))
    let factor = try cholesky(covariance)
    var generator = Generator(seed: 6)
    let (chunk, chunks) = (50_000, 20)
    // Products whose means are wanted: f, g, ff + v, gg + v, fg, x₀f, x₁g.
    var (sums, squares) = ([Double](repeating: 0, count: 7), [Double](repeating: 0, count: 7))
    for _ in 0..<chunks {
      let e = Tensor.normal([chunk, 2], dtype: .float64, from: &generator)
      let points = mean + matmul(e, factor.mT)
      let (f, fv) = processes[0].predict(points)
      let (g, gv) = processes[1].predict(points)
      let (u, v) = (points[0..., 0], points[0..., 1])
      for (i, values) in [f, g, f * f + fv, g * g + gv, f * g, u * f, v * g].enumerated() {
        sums[i] += values.sum().item()
        squares[i] += square(values).sum().item()
      }
    }
    let n = Double(chunk * chunks)
    let m = found.output.mean.doubles
    let c = found.output.covariance
    let wanted: [Double] = [
      m[0], m[1], c[0, 0].item() + m[0] * m[0], c[1, 1].item() + m[1] * m[1],
      c[0, 1].item() + m[0] * m[1], found.cross[0, 0].item() + 0.3 * m[0],
      found.cross[1, 1].item() - 0.2 * m[1],
    ]
    for i in 0..<7 {
      let average = sums[i] / n
      let error = ((squares[i] / n - average * average) / n).squareRoot()
      #expect(abs(average - wanted[i]) < 3 * error, "moment \(i): \(average) and \(wanted[i])")
    }
    #expect(c[0, 1].item() == c[1, 0].item())
  }

  @Test func momentsAreDifferentiable() {
    let (x, y) = data(8, 2, seed: 7)
    let process = GaussianProcess(x, y, lengths: [1, 1], amplitude: 1, noise: 0.1)
    let covariance = 0.2 * Tensor.eye(2, dtype: .float64)
    func total(_ mean: Tensor) -> Tensor {
      let found = momentMatched([process], at: Moments(mean: mean, covariance: covariance))
      return found.output.mean.sum() + found.output.covariance.sum() + found.cross.sum()
    }
    let at = Tensor([0.2, -0.4], dtype: .float64)
    let slope = gradient(of: total)(at).doubles
    for i in 0..<2 {
      let step = Tensor(i == 0 ? [1e-5, 0] : [0, 1e-5], dtype: .float64)
      let difference = (total(at + step) - total(at - step)).item() / 2e-5
      #expect(abs(slope[i] - difference) < 1e-7)
    }
  }
}
