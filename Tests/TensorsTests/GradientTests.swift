import Tensors
import Testing

private struct Line: Model {
  var slope = Tensor(2.0, dtype: .float64)
  var rest: [Tensor] = [Tensor([1.0, 3.0], dtype: .float64)]
  @NonTrainable var fixed = Tensor(5.0)
  let name = "line"
  var missing: Tensor?
}

@Suite struct Nesting {
  let x = Tensor([0.3, -1.2], dtype: .float64)

  @Test func derivativesOfAnyOrder() {
    var f: (Tensor) -> Tensor = { sin($0) }
    for _ in 0..<5 { f = gradient(of: f) }
    let at = Tensor(0.7, dtype: .float64)
    #expect(Swift.abs(f(at).item() - cos(at).item()) < 1e-12)
  }

  @Test func innerGradientSeesTheOuterVariable() {
    // d/dx [x · d/dy (x·y)] = 2x
    let g = gradient(at: Tensor(3.0)) { x in x * gradient(at: x) { y in x * y } }
    #expect(g.item() == 6)
    // d/dx [x · d/dy (x + y)] = 1: the two variables are not confused.
    #expect(
      gradient(at: Tensor(3.0)) { x in x * gradient(at: Tensor(1.0)) { y in x + y } }.item() == 1)
  }

  @Test func hessianProductsAgree() {
    let f: (Tensor) -> Tensor = { x in sum(exp(x) * x.flipped()) + x[0] ** 3 * x[1] }
    let v = Tensor([0.5, 2.0], dtype: .float64)
    let h = hessian(at: x, of: f)
    let product = hessianVectorProduct(at: x, along: v, of: f)
    #expect(abs(matmul(h, v) - product).max().item() < 1e-10)
    let (_, forward) = jvp(gradient(of: f), at: x, along: v)
    #expect(abs(forward - product).max().item() < 1e-10)
    #expect(abs(h - h.T).max().item() < 1e-12)
  }

  @Test func pullbacksServeLaterAndInside() {
    let (y, pullback) = vjp({ $0 ** 3 }, at: x)
    #expect(abs(y - x ** 3).max().item() < 1e-14)
    for i in 0..<2 {
      let seed = Tensor.eye(2, dtype: .float64)[i]
      #expect(abs(pullback(seed) - 3 * x ** 2 * seed).max().item() < 1e-12)
    }
    // ∂/∂u of ⟨pullback(u), x⟩
    let g = gradient(at: x) { u in sum(pullback(u) * x) }
    #expect(abs(g - 3 * x ** 3).max().item() < 1e-12)
  }

  @Test func modelsKeepTheirShape() {
    let (value, g) = valueAndGradient(at: Line()) { m in m.slope * sum(m.rest[0]) + m.fixed }
    #expect(value.item() == 13)
    #expect(g.slope.item() == 4 && g.rest[0].doubles == [2, 2] && g.missing == nil)
    #expect(Line().namedParameters.map(\.name) == ["slope", "rest.0"])
  }

  @Test func independentValuesHaveGradientZero() {
    #expect(gradient(at: x) { _ in Tensor(1.0) }.doubles == [0, 0])
    #expect(gradient(at: x) { sum(stopGradient($0)) }.doubles == [0, 0])
  }

  @Test func checkpointsChangeNothing() {
    let g = gradient(at: x) { x in sum(checkpointed(x) { tanh($0 * $0) } * x) }
    let h = gradient(at: x) { x in sum(tanh(x * x) * x) }
    #expect(abs(g - h).max().item() < 1e-14)
  }

  @Test func implicitAgreesWithUnrolled() {
    let theta = Tensor([0.5, 0.2], dtype: .float64)
    let implicit = gradient(at: theta) { t in
      sum(
        square(
          fixedPoint(from: Tensor.zeros([2], dtype: .float64), parameters: t, tolerance: 1e-13) {
            z, t in 0.5 * cos(z) * t + 0.3 * z.flipped()
          }))
    }
    let unrolled = gradient(at: theta) { t in
      var z = Tensor.zeros([2], dtype: .float64)
      for _ in 0..<80 { z = 0.5 * cos(z) * t + 0.3 * z.flipped() }
      return sum(square(z))
    }
    #expect(abs(implicit - unrolled).max().item() < 1e-9)
    // argmin_y ½|y − Aθ|² + ½|y|² = Aθ/2
    let a = Tensor([[1.0, 2.0], [3.0, 4.0]], dtype: .float64)
    let g = gradient(at: theta) { t in
      sum(
        implicitArgmin(parameters: t, solver: { matmul(a, $0) / 2 }) { y, t in
          0.5 * sum(square(y - matmul(a, t))) + 0.5 * sum(square(y))
        })
    }
    #expect(abs(g - a.sum(axis: 0) / 2).max().item() < 1e-10)
  }

  @Test func longRecurrences() {
    let g = gradient(at: Tensor(1.0, dtype: .float64)) { x in
      var z = x
      for _ in 0..<20_000 { z = z * 0.9999 + 0.0001 * x }
      return z
    }
    #expect(Swift.abs(g.item() - 1) < 1e-6)
  }
}

/// Random programs: gradient, jvp and differences agree.
@Test(arguments: 0..<40) func randomPrograms(seed: Int) {
  var generator = Generator(seed: seed)
  let x = Tensor.normal([3, 2], dtype: .float64, from: &generator)
  let w = Tensor.normal([2, 2], dtype: .float64, from: &generator)
  let steps = (0..<6).map { _ in Int(generator.next() % 9) }
  let program: (Tensor) -> Tensor = { x in
    var stack = [x, x * 0.5]
    for step in steps {
      let (a, b) = (stack[stack.count - 1], stack[stack.count - 2])
      switch step {
      case 0: stack.append(tanh(a + b))
      case 1: stack.append(a * b)
      case 2: stack.append(matmul(a, w) * 0.5)
      case 3: stack.append(a - b.mean(axis: 0))
      case 4: stack.append(softmax(a) + b)
      case 5: stack.append(concatenate([a[1...], b[..<1]]))
      case 6: stack.append(sin(a).T.reshaped(3, 2))
      case 7: stack.append(which(b .> 0, a, b * 2))
      default: stack.append(a / (1 + square(b)))
      }
    }
    return sum(stack[stack.count - 1] * stack[1])
  }
  #expect(gradientCheck(at: x, of: program) < 1e-5)
  let v = Tensor.normal([3, 2], dtype: .float64, from: &generator)
  let forward = jvp(program, at: x, along: v).derivative.item()
  let backward: Double = dot(gradient(at: x, of: program), v).item()
  #expect(Swift.abs(forward - backward) < 1e-9 * (1 + Swift.abs(backward)))
}

@Suite struct LinearAlgebra {
  @Test func definitions() throws {
    var generator = Generator(seed: 4)
    let a = Tensor.normal([2, 5, 3], dtype: .float64, from: &generator)
    let s = matmul(a.mT, a) + Tensor.eye(3, dtype: .float64)
    func small(_ x: Tensor) -> Bool { abs(x).max().item() < 1e-10 }
    let l = try cholesky(s)
    #expect(small(matmul(l, l.mT) - s))
    #expect(small(matmul(s, try inverted(s)) - Tensor.eye(3, dtype: .float64)))
    let (q, r) = qr(a)
    #expect(small(matmul(q, r) - a) && small(matmul(q.mT, q) - Tensor.eye(3, dtype: .float64)))
    let (u, d, v) = try svd(a)
    #expect(small(matmul(u * d.expandedDims(axis: -2), v.mT) - a))
    let (w, e) = try eigenSymmetric(s)
    #expect(small(matmul(s, e) - e * w.expandedDims(axis: -2)))
    #expect(small(logDeterminant(s).logAbsolute - log(w).sum(axis: -1)))
    let (p, lower, upper) = lu(s[0])
    #expect(small(matmul(lower, upper) - s[0].take(p)))
    let b = Tensor.normal([5], dtype: .float64, from: &generator)
    let x = try leastSquares(a[0], b)
    #expect(small(matmul(a[0].T, matmul(a[0], x) - b)))
    #expect(determinant(Tensor([[0.0, 1.0], [1.0, 0.0]])).item() == -1)
  }

  @Test func singularMatricesThrow() {
    #expect(throws: LinearAlgebraError.self) { try solve(Tensor.zeros(2, 2), Tensor.ones(2)) }
    #expect(throws: LinearAlgebraError.self) { try cholesky(-Tensor.eye(2)) }
  }
}
