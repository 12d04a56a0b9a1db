import Amortization
import Tensors
import Testing

/// Projections over scales from 10⁻⁹ to 10⁹: on the set, the nearest point, with its gradient.
@Suite struct ProjectionsAtAnyScale {
  private static let scales = [1e-9, 1e-5, 1e-2, 1, 1e2, 1e5, 1e9]
  private static let types = [DType.float32, .float64]

  private static func rows(_ type: DType) -> [Tensor] {
    var generator = Generator(seed: 9)
    return scales.flatMap { scale -> [Tensor] in
      let noise = Tensor.normal([4, 7], dtype: type, from: &generator)
      return [
        noise * scale, noise + scale, noise - scale, noise * scale + scale, noise * 0 + scale,
      ]
    }
  }

  private func sums(_ p: Tensor, to total: Double) -> Bool {
    let tolerance = p.dtype == .float64 ? 1e-12 : 2e-6
    return (abs(p.cast(to: .float64).sum(axis: -1) - total) .<= tolerance * total).all()
  }

  @Test func simplexExamples() {
    #expect(simplexProjection(Tensor([1e9, 0, 0])).doubles == [1, 0, 0])
    let p = simplexProjection(Tensor([0.3, 0.1, -0.2]) + 1e5)
    #expect(abs(p.sum().item() - 1) < 1e-6)
    // Held to float32's spacing at 10⁵, 0.0078.
    #expect((abs(p - Tensor([0.5666667, 0.3666667, 0.0666667])) .< 0.008).all())
    #expect(simplexProjection(Tensor([Double.infinity, 1, -.infinity])).doubles == [1, 0, 0])
    #expect(simplexProjection(Tensor([3])).doubles == [1])
    #expect(gradient(at: Tensor([1e9, 0, 0])) { simplexProjection($0)[0] }.doubles == [0, 0, 0])
  }

  @Test(arguments: types) func simplex(_ type: DType) {
    for y in Self.rows(type) {
      let p = simplexProjection(y)
      #expect((p .>= 0).all() && sums(p, to: 1), "\(y)")
      #expect(isNearest(p, to: y, in: { simplexProjection($0) }))
      // Moving all numbers by a power of two changes nothing.
      let g = gradient(at: y) { (simplexProjection($0) * Tensor.arange(7)).sum() }
      #expect(isFinite(g).all() && (abs(g.sum(axis: -1)) .< 1e-5).all())
    }
  }

  @Test(arguments: types) func subsets(_ type: DType) {
    for y in Self.rows(type) {
      for k in [1, 3, 6, 7] {
        let p = cappedSimplexProjection(y, sum: k)
        #expect((p .>= 0).all() && (p .<= 1).all() && sums(p, to: Double(k)), "\(k) \(y)")
        #expect(isNearest(p, to: y, in: { cappedSimplexProjection($0, sum: k) }))
        let s = softTopK(y, k)
        #expect((s .>= 0).all() && (s .<= 1).all() && sums(s, to: Double(k)), "\(k) \(y)")
        let g = gradient(at: y) { (softTopK($0, k) * Tensor.arange(7)).sum() }
        #expect(isFinite(g).all() && (abs(g.sum(axis: -1)) .< 1e-4).all())
      }
    }
    #expect(softTopK(Tensor([1e9, 0, 0], dtype: type), 1).doubles == [1, 0, 0])
    #expect(softTopK(Tensor([1e9, 0, 0], dtype: type), 2).doubles == [1, 0.5, 0.5])
    #expect(
      cappedSimplexProjection(Tensor([1e9, 0, 0], dtype: type), sum: 2).doubles == [1, 0.5, 0.5])
  }

  /// p is a fixed point, and no unit vector of the set is nearer: ⟨y − p, q − p⟩ ≤ 0 for vertices.
  private func isNearest(_ p: Tensor, to y: Tensor, in project: (Tensor) -> Tensor) -> Bool {
    let (a, b) = (y.cast(to: .float64), p.cast(to: .float64))
    let size = 1 + abs(a).max().item()
    let rounding = (y.dtype == .float64 ? 1e-12 : 1e-5) * size
    for k in 0..<7 {
      let vertex = project(Tensor([k]).oneHot(7, dtype: .float64) * 1e3).broadcast(to: b.shape)
      let angle = ((a - b) * (vertex - b)).sum(axis: -1).max().item()
      if angle > rounding { return false }
    }
    return (abs(project(p) - p) .< 1e-5).all()
  }

  @Test(arguments: types) func balls(_ type: DType) {
    for y in Self.rows(type) + [Tensor([[3e38, 3e38]]), Tensor([[1e-30, 2e-30]])] {
      for domain in [Domain.ball(), .ball(radius: 1e-3), .ball(radius: 1e6)] {
        let p = domain.project(y)
        #expect(isFinite(p).all())
        let radius =
          domain.name.contains("0.001") ? 1e-3 : domain.name.contains("1000000") ? 1e6 : 1
        #expect((p.norm(axis: -1) .<= radius * (1 + 1e-6)).all(), "\(domain.name) \(y)")
        let inside = domain.embed(y)
        #expect(isFinite(inside).all() && (inside.norm(axis: -1) .<= radius * (1 + 1e-6)).all())
      }
    }
    let edge = Domain.ball().project(Tensor([3e38, 3e38]))
    #expect((abs(edge - 0.70710678) .< 1e-6).all())
    #expect((abs(Domain.ball().embed(Tensor([1e30, 0])) - Tensor([1.0, 0])) .< 1e-6).all())
  }

  @Test func theSecondOrderConeAndTheSphere() {
    for scale in Self.scales {
      let p = Domain.cone.project(Tensor([[0, 3 * scale, 4 * scale]]))
      #expect((abs(p / scale - Tensor([[2.5, 1.5, 2]])) .< 1e-5).all(), "\(scale)")
      let s = Domain.sphere.project(Tensor([[3 * scale, 4 * scale]]))
      #expect((abs(s - Tensor([[0.6, 0.8]])) .< 1e-6).all(), "\(scale)")
    }
  }
}
