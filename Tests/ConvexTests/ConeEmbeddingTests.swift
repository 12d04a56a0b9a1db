import Convex
import Tensors
import Testing

struct ConeEmbeddingTests {
  /// min cᵀx with |x − p| ≤ 1 and x₀ ≤ ½: rows of all three kinds with x₂ = 0.
  private func program(_ p: [Double], _ c: [Double]) throws -> ConeProgram {
    try ConeProgram(
      c: c,
      A: Tensor(
        [[0, 0, 1], [1, 0, 0], [0, 0, 0], [-1, 0, 0], [0, -1, 0], [0, 0, -1]], dtype: .float64),
      b: [0, 0.5, 1, -p[0], -p[1], -p[2]],
      cones: Cones(zero: 1, nonnegative: 1, secondOrder: [4]))
  }

  @Test("As many steps of the map and of the solver give the same point, and the map converges")
  func kernel() throws {
    let one = try program([0.2, 0.1, 0.3], [-1, 0.4, 0])
    let two = try program([0.1, -0.3, -0.2], [-0.2, -1, 0.5])
    let embedding = try ConeEmbedding(one, scale: 0.7)
    let b = Tensor([one.b, two.b], dtype: .float64)
    let c = Tensor([one.c, two.c], dtype: .float64)
    var v = embedding.start(b: b, c: c)
    for _ in 0..<12 { v = embedding(v, b: b, c: c) }
    var options = ConeOptions(absoluteTolerance: 1e-13)
    options.memory = 0
    options.rescaling = 0
    options.scaling = 0
    options.scale = 0.7
    // The start is the first step, and the point is read off after the last.
    options.maximumIterations = 14
    let (x, y, s) = embedding.solution(v, b: b, c: c)
    for (k, single) in [one, two].enumerated() {
      let found = try single.solve(options)
      #expect(found.iterations == 14)
      for (mine, theirs) in [(x, found.x), (y, found.y), (s, found.s)] {
        for (i, value) in theirs.enumerated() { #expect(abs(mine[k, i].item() - value) < 1e-8) }
      }
    }
    for _ in 0..<2000 { v = embedding(v, b: b, c: c) }
    #expect(embedding.residual(v, b: b, c: c).max().item() < 1e-8)
    #expect(abs(embedding(v, b: b, c: c) - v).max().item() < 1e-9)
  }

  @Test("The map's gradient agrees with difference quotients")
  func slope() throws {
    let one = try program([0.2, 0.1, 0.3], [-1, 0.4, 0])
    let embedding = try ConeEmbedding(one)
    let b = Tensor([one.b], dtype: .float64)
    let c = Tensor([one.c], dtype: .float64)
    var generator = SplitMix(state: 2)
    let n = embedding.dimension
    let w = Tensor((0..<n).map { _ in generator.normal() }, dtype: .float64)
    let v = embedding.start(b: b, c: c) + 0.1 * w
    func f(_ v: Tensor) -> Tensor { (embedding(embedding(v, b: b, c: c), b: b, c: c) * w).sum() }
    let slope = gradient(of: f)(v)
    for i in 0..<n {
      var step = Tensor.zeros([1, n], dtype: .float64)
      step[0, i] = Tensor(1e-6, dtype: .float64)
      let quotient: Double = (f(v + step) - f(v - step)).item() / 2e-6
      #expect(abs(quotient - slope[0, i].item()) < 1e-6)
    }
  }

  @Test("Gradients of solutions agree with difference quotients")
  func implicit() throws {
    let programs = [
      try program([0.2, 0.1, 0.3], [-1, 0.4, 0]), try program([0.1, -0.3, -0.2], [-0.2, -1, 0.5]),
    ]
    let embedding = try ConeEmbedding(programs[0])
    let b = Tensor(programs.map(\.b), dtype: .float64)
    let c = Tensor(programs.map(\.c), dtype: .float64)
    let w = Tensor([[0.7, -1.2, 0.4], [-0.3, 0.9, 1.1]], dtype: .float64)
    let tight = ConeOptions(absoluteTolerance: 2e-10)
    func value(_ b: Tensor, _ c: Tensor) -> Tensor {
      ((try! coneSolution(embedding, b: b, c: c, options: tight)) * w).sum()
    }
    let slopes = (b: gradient { value($0, c) }(b), c: gradient { value(b, $0) }(c))
    for k in 0..<2 {
      for i in 0..<6 {
        var step = Tensor.zeros([2, 6], dtype: .float64)
        step[k, i] = Tensor(1e-4, dtype: .float64)
        let quotient: Double = (value(b + step, c) - value(b - step, c)).item() / 2e-4
        #expect(abs(quotient - slopes.b[k, i].item()) < 1e-5, "b \(k) \(i)")
      }
      for j in 0..<3 {
        var step = Tensor.zeros([2, 3], dtype: .float64)
        step[k, j] = Tensor(1e-4, dtype: .float64)
        let quotient: Double = (value(b, c + step) - value(b, c - step)).item() / 2e-4
        #expect(abs(quotient - slopes.c[k, j].item()) < 1e-5, "c \(k) \(j)")
      }
    }
  }

  @Test("The gradient of a quadratic program is that of quadraticSolution")
  func quadratic() throws {
    var generator = SplitMix(state: 14)
    let p = Tensor([[3, 0.5, 0], [0.5, 2, -0.4], [0, -0.4, 1.5]], dtype: .float64)
    let a = Tensor((0..<12).map { _ in generator.normal() }, shape: [4, 3], dtype: .float64)
    let u = Tensor([[0.3, 0.2, 0.5, 0.1]], dtype: .float64)
    let q = Tensor([[-2, 1.5, -1]], dtype: .float64)
    let shape = try ConeProgram(
      P: p, c: [0, 0, 0], A: a, b: [0, 0, 0, 0], cones: Cones(nonnegative: 4))
    let embedding = try ConeEmbedding(shape)
    let l = Tensor.full([4], -Double.infinity, dtype: .float64)
    let w = Tensor([1.0, -0.6, 0.8], dtype: .float64)
    func cone(_ u: Tensor, _ q: Tensor) -> Tensor {
      ((try! coneSolution(embedding, b: u, c: q)) * w).sum()
    }
    func interior(_ u: Tensor, _ q: Tensor) -> Tensor {
      ((try! quadraticSolution(P: p, q: q, A: a, l: l, u: u)) * w).sum()
    }
    #expect(abs(cone(u, q).item() - interior(u, q).item()) < 1e-7)
    let pairs = [
      (gradient { cone($0, q) }(u), gradient { interior($0, q) }(u)),
      (gradient { cone(u, $0) }(q), gradient { interior(u, $0) }(q)),
    ]
    for (mine, other) in pairs { #expect(abs(mine - other).max().item() < 1e-5) }
    #expect(throws: ConvexError.self) { _ = try coneSolution(embedding, b: q, c: u) }
  }

  @Test("Cones without a map of tensors are refused")
  func refusal() throws {
    let program = try ConeProgram(
      c: [1], A: Tensor([[-1.0]], dtype: .float64), b: [0], cones: Cones(semidefinite: [1]))
    #expect(throws: ConvexError.self) { _ = try ConeEmbedding(program) }
  }
}
