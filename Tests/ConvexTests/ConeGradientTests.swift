import Convex
import Tensors
import Testing

struct ConeGradientTests {
  @Test("Gradients of every datum agree with diffcp")
  func reference() throws {
    // From make_cone_reference.py.
    let A = Tensor(
      [
        [0.19, -0.52, -0.41, -2.44, 1.8],
        [1.14, -0.33, 0.77, 0.28, -0.55],
        [0.98, -0.31, -0.33, -0.79, 0.45],
        [-0.1, 0.55, -0.61, 0.13, -0.89],
        [0.84, 0.19, 0.33, 0.41, -1.01],
        [0.78, 2.06, -1.64, -1.73, -1.5],
        [0.84, 0.13, 1.08, 0.72, 0.21],
        [0.28, -0.17, 0.87, -1.13, -0.42],
        [0.24, 1.8, -0.76, -1.08, -0.56],
        [0.97, -0.24, 1.32, -1.87, 1.13],
        [1.03, -1.42, 0.15, 1.22, 0.09],
      ] as [[Double]], dtype: .float64)
    let b = Tensor(
      [0.52, 0.38, 0.84, 0.0, 1.42, 0.18, -0.08, 0.37, 0.91, 0.61, 0.36] as [Double],
      dtype: .float64)
    let c = Tensor([-2.66, -1.56, -1.28, 1.53, 1.26] as [Double], dtype: .float64)
    let w = Tensor([1.0, 2.37, 0.27, -0.28, -0.77] as [Double], dtype: .float64)
    let solution = Tensor(
      [0.699055382, 0.410939499, -0.108249789, 0.059978868, 0.390463356] as [Double],
      dtype: .float64)
    let dA = Tensor(
      [
        [4.931475163e-01, 2.899934598e-01, -7.628333422e-02, 4.243913193e-02, 2.756415847e-01],
        [5.770569685e-01, 7.825767086e-02, -3.084727410e-01, -2.930962478e-01, -1.892326144e-01],
        [4.494554255e-12, 2.642122387e-12, -6.959885615e-13, 3.856322156e-13, 2.510471680e-12],
        [4.468367288e-12, 2.626728386e-12, -6.919334698e-13, 3.833853770e-13, 2.495844726e-12],
        [-5.360899986e-01, -3.622406782e-01, 4.346741597e-02, -1.078320623e-01, -3.917653306e-01],
        [-2.086859703e-01, -1.510880677e-01, 8.459652673e-03, -5.520599356e-02, -1.722576670e-01],
        [-4.112505351e-01, -2.713441460e-01, 3.883752814e-02, -7.413327821e-02, -2.877120867e-01],
        [3.090226546e-01, 2.048016675e-01, -2.842120448e-02, 5.689708854e-02, 2.179725361e-01],
        [-5.385994246e-01, -4.155637044e-01, 3.228921470e-04, -1.761157631e-01, -4.948009432e-01],
        [-7.332277733e-01, -5.066255930e-01, 5.006706615e-02, -1.621594055e-01, -5.577401570e-01],
        [-3.347386113e-02, 4.416367069e-02, 5.878663820e-02, 8.094186971e-02, 1.064467313e-01],
      ] as [[Double]], dtype: .float64)
    let db = Tensor(
      [
        -7.053480127e-01, -1.096070765e+00, -6.429468069e-12, -6.392007565e-12, 7.180402893e-01,
        2.690657174e-01, 5.576126722e-01, -4.180611538e-01, 6.678699727e-01, 9.704976900e-01,
        1.140802112e-01,
      ] as [Double], dtype: .float64)
    let dc = Tensor(
      [-0.111424544, -0.21922444, -0.111816924, -0.211375969, -0.363571304] as [Double],
      dtype: .float64)
    let cones = Cones(zero: 1, nonnegative: 3, secondOrder: [4, 3])
    func value(_ c: Tensor, _ A: Tensor, _ b: Tensor) -> Tensor {
      (try! coneSolution(c: c, A: A, b: b, cones: cones) * w).sum()
    }
    let pairs = [
      (try coneSolution(c: c, A: A, b: b, cones: cones), solution),
      (gradient { value($0, A, b) }(c), dc), (gradient { value(c, $0, b) }(A), dA),
      (gradient { value(c, A, $0) }(b), db),
    ]
    for (ours, theirs) in pairs { #expect(abs(ours - theirs).max().item() < 1e-6) }
  }

  /// A program of each kind of cone with |x| ≤ 1, and another P and A.
  private let data = (
    P: Tensor(
      [
        [[2, 0.3, -0.1], [0.3, 1, 0.2], [-0.1, 0.2, 0.5]],
        [[1, 0, 0.4], [0, 2, 0], [0.4, 0, 1]],
      ],
      dtype: .float64),
    c: Tensor([[-2, 0.4, 1], [0.6, -3, -0.5]], dtype: .float64),
    A: Tensor(
      [
        [[0.2, -0.3, 1], [1, 0.1, 0], [0, 0.1, 0], [-1, 0, 0.2], [0.1, -1, 0], [0, 0.2, -1]],
        [
          [0.1, 0.4, 0.9], [0.3, 1, 0.1], [0, 0, 0.1], [-1, 0, 0], [0, -1.2, 0], [0.1, 0, -1],
        ],
      ], dtype: .float64),
    b: Tensor([[0.1, 0.5, 1, 0, 0, 0], [0.1, 2, 1, 0, 0, 0]], dtype: .float64),
    cones: Cones(zero: 1, nonnegative: 1, secondOrder: [4])
  )

  @Test("Gradients of P and A, of each row or shared, agree with difference quotients")
  func quotients() throws {
    let w = Tensor([[0.7, -1.2, 0.4], [-0.3, 0.9, 1.1]], dtype: .float64)
    let (c, b, cones) = (data.c, data.b, data.cones)
    let tight = ConeOptions(absoluteTolerance: 2e-10)
    func value(_ P: Tensor, _ A: Tensor) -> Tensor {
      (try! coneSolution(P: P, c: c, A: A, b: b, cones: cones, options: tight) * w).sum()
    }
    for (P, A) in [(data.P, data.A), (data.P[0], data.A[0])] {
      let slopes = (P: gradient { value($0, A) }(P), A: gradient { value(P, $0) }(A))
      #expect(slopes.P.shape == P.shape && slopes.A.shape == A.shape)
      #expect(abs(slopes.P - slopes.P.swapped(-1, -2)).max().item() < 1e-12)
      var dice = Generator(seed: 3)
      for _ in 0..<4 {
        let any = Tensor.normal(P.shape, dtype: .float64, from: &dice)
        let dP = any + any.swapped(-1, -2)
        let dA = Tensor.normal(A.shape, dtype: .float64, from: &dice)
        let h = 1e-4
        let alongP: Double = ((value(P + h * dP, A) - value(P - h * dP, A)) / (2 * h)).item()
        let alongA: Double = ((value(P, A + h * dA) - value(P, A - h * dA)) / (2 * h)).item()
        #expect(abs(alongP - (slopes.P * dP).sum().item()) < 1e-5)
        #expect(abs(alongA - (slopes.A * dA).sum().item()) < 1e-5)
      }
    }
  }

  @Test("Without a batch axis the solution has none; sizes that do not fit are refused")
  func shapes() throws {
    let (P, c, A, b, cones) = (data.P, data.c, data.A, data.b, data.cones)
    let both = try coneSolution(P: P, c: c, A: A, b: b, cones: cones)
    let one = try coneSolution(P: P[1], c: c[1], A: A[1], b: b[1], cones: cones)
    #expect(one.shape == [3])
    #expect(abs(both[1] - one).max().item() < 1e-12)
    #expect(throws: ConvexError.self) {
      _ = try coneSolution(c: c[0], A: A[0], b: c[0], cones: cones)
    }
    #expect(throws: ConvexError.self) {
      _ = try coneSolution(c: Tensor.zeros([3, 3]), A: A, b: b, cones: cones)
    }
    #expect(throws: ConvexError.self) { _ = try coneSolution(c: c, A: b, b: b, cones: cones) }
  }
}
