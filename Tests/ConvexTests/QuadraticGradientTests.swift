import Convex
import Tensors
import Testing

struct QuadraticGradientTests {
  // Data and derivatives by diffcp 1.1.9 through Clarabel (make_reference.py).
  static let p = Tensor(
    [
      [3.635, -1.249, -3.352, -2.129], [-1.249, 3.224, 1.847, 0.334],
      [-3.352, 1.847, 5.829, 4.09], [-2.129, 0.334, 4.09, 7.52],
    ], dtype: .float64)
  static let q = Tensor([-0.251, -3.49, -1.888, -1.464], dtype: .float64)
  static let a = Tensor(
    [
      [-0.713, 0.553, -0.063, -0.589], [0.41, 0.83, -1.643, -0.257],
      [-0.981, -0.173, -1.289, 0.021], [-0.038, -0.304, -1.048, -0.396],
      [-1.091, -1.355, 0.225, -1.109], [1.17, 0.717, -1.998, 0.272],
    ], dtype: .float64)
  static let u = Tensor([0.82, 0.556, 0.556, 0.313, 0.113, 0.94], dtype: .float64)
  static let w = Tensor([0.962, -1.181, 0.738, -1.099], dtype: .float64)
  static let l = Tensor.full([6], -Double.infinity, dtype: .float64)

  static func loss(_ p: Tensor, _ q: Tensor, _ a: Tensor, _ u: Tensor) -> Tensor {
    ((try! quadraticSolution(P: p, q: q, A: a, l: l, u: u)) * w).sum()
  }

  private func distance(_ x: Tensor, _ y: Tensor) -> Double { abs(x - y).max().item() }

  @Test("Solution and gradients are diffcp's")
  func peer() throws {
    let (p, q, a, u) = (Self.p, Self.q, Self.a, Self.u)
    let x = try quadraticSolution(P: p, q: q, A: a, l: Self.l, u: u)
    let right = Tensor([0.882531904, 1.099236055, 0.459586741, 0.138013713], dtype: .float64)
    #expect(distance(x, right) < 1e-6)
    let dq = gradient { Self.loss(p, $0, a, u) }(q)
    let rightQ = Tensor([-0.825907568, 0.100194483, -0.43225209, 0.113355643], dtype: .float64)
    #expect(distance(dq, rightQ) < 1e-5)
    let du = gradient { Self.loss(p, q, a, $0) }(u)
    #expect(distance(du, Tensor([0, 0, 0, 0, 0, -0.818582532], dtype: .float64)) < 1e-5)
    let da = gradient { Self.loss(p, q, $0, u) }(a)
    let rightA = Tensor([0.545732864, 0.921250759, 0.283734885, 0.137226602], dtype: .float64)
    #expect(distance(da[5], rightA) < 1e-5)
    #expect(abs(da[..<5]).max().item() < 1e-5)
  }

  @Test("The gradient of P agrees with symmetric difference quotients")
  func quadraticTerm() throws {
    let (q, a, u) = (Self.q, Self.a, Self.u)
    let slope = gradient { Self.loss($0, q, a, u) }(Self.p)
    for (i, j) in [(0, 0), (0, 2), (1, 3)] {
      var step = Tensor.zeros([4, 4], dtype: .float64)
      step[i, j] = Tensor(1e-5, dtype: .float64)
      step[j, i] = Tensor(1e-5, dtype: .float64)
      let up: Double = Self.loss(Self.p + step, q, a, u).item()
      let down: Double = Self.loss(Self.p - step, q, a, u).item()
      let expected: Double = (slope[i, j] + (i == j ? Tensor(0.0, dtype: .float64) : slope[j, i]))
        .item()
      #expect(abs((up - down) / 2e-5 - expected) < 1e-5)
    }
  }

  @Test("Forward and reverse are transposes of each other")
  func transpose() throws {
    let batch = try QuadraticBatch(P: Self.p, q: Self.q, A: Self.a, l: Self.l, u: Self.u)
    let found = try batch.solve(QuadraticOptions(absoluteTolerance: 1e-10))
    let direction = Tensor([0.3, -1.1, 0.4, 0.8], dtype: .float64)
    let forward = batch.tangent(found, dq: direction).x
    let reverse = gradient { Self.loss(Self.p, $0, Self.a, Self.u) }(Self.q)
    let left: Double = (forward[0] * Self.w).sum().item()
    let right: Double = (reverse * direction).sum().item()
    #expect(abs(left - right) < 1e-8)
  }

  @Test("At a kink the margin is zero, and smoothing gives the mean slope")
  func kink() throws {
    // x* = min(−q, 0): at q = 0 the row x ≤ 0 is active without a multiplier.
    let one = Tensor([[1.0]], dtype: .float64)
    let zero = Tensor([0.0], dtype: .float64)
    let below = Tensor([-Double.infinity], dtype: .float64)
    let batch = try QuadraticBatch(P: one, q: zero, A: one, l: below, u: zero)
    let found = try batch.solve(QuadraticOptions(absoluteTolerance: 1e-10))
    #expect(batch.margins(found).item() < 1e-4)
    let slope = gradient {
      (try! quadraticSolution(P: one, q: $0, A: one, l: below, u: zero, smoothing: 1e-4)).sum()
    }(zero)
    #expect(abs(slope.item() + 0.5) < 0.02)
  }

  @Test("Shared data receive the sum of the problems' gradients")
  func shared() throws {
    let q = Tensor([[-0.251, -3.49, -1.888, -1.464], [1.0, -2, 0.5, -1]], dtype: .float64)
    func total(_ u: Tensor) -> Tensor {
      ((try! quadraticSolution(P: Self.p, q: q, A: Self.a, l: Self.l, u: u)) * Self.w).sum()
    }
    let together = gradient(of: total)(Self.u)
    let apart =
      gradient { Self.loss(Self.p, q[0], Self.a, $0) }(Self.u)
      + gradient { Self.loss(Self.p, q[1], Self.a, $0) }(Self.u)
    #expect(distance(together, apart) < 1e-9)
  }

  /// The largest relative distance between the Hessian's product with a direction and the difference
  /// quotient of gradients.
  private func secondOrder(
    at x: Tensor, along v: Tensor, _ loss: @escaping (Tensor) -> Tensor
  ) -> Double {
    let product = hessianVectorProduct(at: x, along: v, of: loss)
    let h = Tensor(1e-5, dtype: .float64)
    let quotient = (gradient(at: x + h * v, of: loss) - gradient(at: x - h * v, of: loss)) / (2 * h)
    let size: Double = abs(quotient).max().item()
    #expect(size > 1e-2)
    return distance(product, quotient) / size
  }

  @Test("The gradient's gradient agrees with difference quotients of the gradient")
  func second() throws {
    let (p, q, a, u, l) = (Self.p, Self.q, Self.a, Self.u, Self.l)
    let options = QuadraticOptions(absoluteTolerance: 1e-11)
    func loss(_ p: Tensor, _ q: Tensor, _ a: Tensor, _ u: Tensor) -> Tensor {
      let x = try! quadraticSolution(P: p, q: q, A: a, l: l, u: u, options: options)
      return (sin(x) * Self.w).sum() + (x * x * x).sum()
    }
    var dice = Generator(seed: 15)
    func direction(_ x: Tensor) -> Tensor { Tensor.normal(x.shape, dtype: .float64, from: &dice) }
    let skew = direction(p)
    let dp = (skew + skew.T) / 2
    #expect(secondOrder(at: q, along: direction(q)) { loss(p, $0, a, u) } < 1e-5)
    #expect(secondOrder(at: a, along: direction(a)) { loss(p, q, $0, u) } < 1e-5)
    #expect(secondOrder(at: u, along: direction(u)) { loss(p, q, a, $0) } < 1e-5)
    #expect(secondOrder(at: p, along: dp) { loss($0, q, a, u) } < 1e-5)
    // Mixed, through one number that moves all data, with two problems that share P, A and u.
    let both = stack([q, q + 0.1 * direction(q)], axis: 0)
    let (dq, da, du) = (direction(both), direction(a), direction(u))
    let along = { (t: Tensor) in loss(p + t * dp, both + t * dq, a + t * da, u + t * du) }
    let (here, ahead) = (Tensor([0.0], dtype: .float64), Tensor([1.0], dtype: .float64))
    #expect(secondOrder(at: here, along: ahead, along) < 1e-5)
  }

  @Test("The value's Hessian with respect to q is minus the inverse of P on the free directions")
  func value() throws {
    // With x ≥ 0 active in the last place, −(P₀₀)⁻¹ of the others.
    let p = Tensor([[2, 0.5, 0.3], [0.5, 1, 0], [0.3, 0, 4]], dtype: .float64)
    let q = Tensor([-2.0, -3, 5], dtype: .float64)
    let (a, l) = (Tensor.eye(3, dtype: .float64), Tensor.zeros([3], dtype: .float64))
    let u = Tensor.full([3], Double.infinity, dtype: .float64)
    let curvature = hessian(at: q) { (q: Tensor) -> Tensor in
      let x = try! quadraticSolution(P: p, q: q, A: a, l: l, u: u)
      return 0.5 * (x * p.matmul(x)).sum() + (q * x).sum()
    }
    let det = 2 * 1 - 0.25
    let right = Tensor(
      [[-1 / det, 0.5 / det, 0], [0.5 / det, -2 / det, 0], [0, 0, 0]], dtype: .float64)
    #expect(distance(curvature, right) < 1e-6)
  }

  @Test("A gradient that has no gradient says so")
  func unsupported() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let one = Tensor([[1.0]], dtype: .float64)
      let (zero, below) = (Tensor([0.0], dtype: .float64), Tensor([-1.0], dtype: .float64))
      _ = hessian(at: Tensor([0.3], dtype: .float64)) { (q: Tensor) -> Tensor in
        let x = try! quadraticSolution(P: one, q: q, A: one, l: below, u: zero, smoothing: 1e-4)
        return (x * x).sum()
      }
    }
    var words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("a smoothed gradient has no gradient"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let program = try ConeProgram(
        c: [-1, -1], A: Tensor.eye(2, dtype: .float64), b: [1, 2], cones: Cones(nonnegative: 2))
      let embedding = try ConeEmbedding(program)
      let c = Tensor([[-1.0, -1.0]], dtype: .float64)
      _ = hessian(at: Tensor([[1.0, 2.0]], dtype: .float64)) { (b: Tensor) -> Tensor in
        let x = try! coneSolution(embedding, b: b, c: c)
        return (x * x).sum()
      }
    }
    words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("coneSolution: the gradient has no gradient"))
  }
}
