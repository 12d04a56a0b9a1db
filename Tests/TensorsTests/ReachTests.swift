import Foundation
import Tensors
import Testing

/// Functions that users of NumPy, SciPy and PyTorch look for; their values are swept against NumPy in
/// `Tests/Runtime/sweep.py`.
@Suite struct ReachTests {
  let x = Tensor([[0.3, -1.2, 0.9], [1.7, 0.4, -0.6]], dtype: .float64)
  let v = Tensor([0.7, -0.3, 1.1, 0.2], dtype: .float64)

  @Test func gradientsAgreeWithDifferences() throws {
    let knots = Tensor([-2.0, -1, 0.5, 2], dtype: .float64)
    let functions: [(String, (Tensor) -> Tensor)] = [
      ("quantile", { sum(square($0.quantile(0.3, axis: 1))) }), ("median", { $0.median() }),
      ("differences", { sum(square($0.differences(order: 2))) }),
      ("cumulativeProduct", { sum(square($0.cumulativeProduct(axis: 1))) }),
      ("trapezoid", { sum(square($0.trapezoid(step: 0.5, axis: 0))) }),
      ("interpolated", { [v] in sum(square(v.interpolated(from: knots, at: $0))) }),
      ("interpolated values", { sum($0[0].interpolated(from: knots[..<3], at: $0[1])) }),
      ("convolve", { sum(square(convolve($0[0], $0[1]))) }),
      ("padded", { sum(square($0.padded([(1, 1), (2, 0)], mode: .reflect))) }),
      (
        "elements",
        { sum(square($0.elements(at: Tensor([0, 1, -1, 1]), Tensor([2, 0, 0, 0])))) }
      ),
      ("nanMean", { $0.nanMean() }), ("nanStd", { $0.nanStd() }),
      ("kron", { sum(square(kron($0, $0))) }), ("cross", { sum(square(cross($0[0], $0[1]))) }),
      ("norm", { sum($0.norm(order: 3)) }),
      ("einsum", { sum(square(einsum("...i,...i->...", $0, $0))) }),
    ]
    for (name, function) in functions {
      #expect(gradientCheck(at: x, of: function) < 1e-6, "\(name)")
    }
    let square3 = Tensor([[0.3, -1.2, 0.9], [1.7, 0.4, -0.6], [0.2, 0.5, 8]], dtype: .float64)
    #expect(gradientCheck(at: square3) { sum(try! matrixExponential($0 * 0.4)) } < 1e-6)
    #expect(gradientCheck(at: square3) { sum(try! matrixPower($0, -2)) } < 1e-6)
  }

  /// Products with a zero among them: the derivative with respect to it is the product of the rest.
  @Test func cumulativeProductAtZero() {
    let slope = gradient(at: Tensor([2.0, 0, 3], dtype: .float64)) {
      $0.cumulativeProduct()[2]
    }
    #expect(slope == Tensor([0.0, 6, 0], dtype: .float64))
  }

  @Test func numbersAreAssigned() {
    var y = x
    y[0] .= 7
    y[y .< 0] .= 0
    y[1, 0] .= 1.5
    #expect(y == Tensor([[7.0, 7, 7], [1.5, 0.4, 0]], dtype: .float64))
    #expect(x[0, 0].item() == 0.3)
    var counts = Tensor([1, 2, 3])
    counts[-1] .= 2.9
    #expect(counts == Tensor([1, 2, 2]))
    let slope = gradient(at: x) { x in
      var z = x
      z[0] .= 3
      return sum(square(z))
    }
    #expect(slope == 2 * x * Tensor([[0.0], [1.0]], dtype: .float64))
  }

  @Test func nothingIsCloseToNaN() {
    let infinity = Double.infinity
    let odd = Tensor([1, Double.nan, infinity, -infinity, 0])
    let near = odd.isClose(to: Tensor([1.000001, Double.nan, infinity, infinity, 1e-9]))
    #expect(near.booleans == [true, false, true, false, true])
    #expect(!odd.allClose(to: odd))
    #expect(Tensor([1.0, 2]).allClose(to: Tensor([1.0, 2.000001])))
  }

  @Test func quantilesOfNaNAreNaN() {
    let odd = Tensor([[1, Double.nan, 2], [3, 1, 2]])
    #expect(odd.median(axis: 1).doubles[0].isNaN)
    #expect(odd.median(axis: 1).doubles[1] == 2)
    #expect(odd.nanMax(axis: 1).doubles == [2, 3])
    #expect(Tensor([Double.nan]).nanMax().item().isNaN)
  }

  /// The harmonic oscillator returns after 2π: y = (cos t, −sin t).
  @Test func anOscillatorReturns() {
    let times = (0...4).map { Double($0) * .pi / 2 }
    let path = integrate(from: Tensor([1.0, 0], dtype: .float64), at: times, steps: 200) { _, y in
      stack([y[1], -y[0]])
    }
    #expect(path.shape == [5, 2])
    let expected = Tensor(times.map { [cos($0), -sin($0)] }, dtype: .float64)
    #expect(path.allClose(to: expected, relative: 0, absolute: 1e-9))
    let slope = gradient(at: Tensor([1.0, 0], dtype: .float64)) { start in
      integrate(from: start, at: [0, .pi / 2], steps: 200) { _, y in stack([y[1], -y[0]]) }[1, 0]
    }
    #expect(slope.allClose(to: Tensor([0.0, 1], dtype: .float64), absolute: 1e-8))
  }

  @Test func rootsAreFound() throws {
    let two: Double = try root(in: 0...2) { $0 * $0 - 2 }
    #expect(abs(two - 2.0.squareRoot()) < 1e-11)
    let quarter: Double = try root(in: 1...4) { cos($0) }
    #expect(abs(quarter - Double.pi / 2) < 1e-11)
    // Flat at the root, and a jump in place of one.
    let flat: Double = try root(in: -1...3) { $0 * $0 * $0 }
    #expect(abs(flat) < 1e-4)
    let jump: Double = try root(in: 0...1e6) { $0 < 1.25 ? -1 : 1e9 }
    #expect(abs(jump - 1.25) < 1e-9)
    #expect(throws: NoRootError.self) { try root(in: 5...6) { $0 } }
  }

  /// Means and variances of 4000 numbers within five standard errors.
  @Test func randomCountsHaveTheirMoments() {
    var generator = Generator(seed: 3)
    let n = 4000
    for rate in [0.3, 4.0, 700] {
      let counts = Tensor.poisson(Tensor.full([n], rate, dtype: .float64), from: &generator)
        .cast(to: .float64)
      #expect(abs(counts.mean().item() - rate) < 5 * (rate / Double(n)).squareRoot())
      let error = ((2 + 1 / rate) / Double(n)).squareRoot()
      #expect(abs(counts.variance().item() / rate - 1) < 5 * error)
    }
    let waits = Tensor.exponential([n], rate: 2, dtype: .float64, from: &generator)
    #expect(abs(waits.mean().item() - 0.5) < 5 * 0.5 / Double(n).squareRoot())
    #expect((waits .>= 0).all())
    let drawn = Tensor.choice(n, probabilities: Tensor([0.0, 0.2, 0.8, 0]), from: &generator)
    let shares = drawn.binCounts(minimum: 4).doubles.map { $0 / Double(n) }
    #expect(shares[0] == 0 && shares[3] == 0 && abs(shares[1] - 0.2) < 0.032)
  }

  @Test func auxiliaryResultsComeAlong() {
    let (value, parts, slope) = gradientWithAuxiliary(at: Tensor([1.0, 2])) { x in
      (sum(x ** 2), x * 3)
    }
    #expect(value.item() == 5 && parts == Tensor([3.0, 6]) && slope == Tensor([2.0, 4]))
  }

  @Test func ellipsisStandsForAxes() {
    let a = Tensor.arange(24).cast(to: .float64).reshaped(2, 3, 4)
    let b = Tensor.arange(20).cast(to: .float64).reshaped(4, 5)
    #expect(einsum("...ij,jk->...ik", a, b) == matmul(a, b))
    #expect(einsum("...i->...", a) == a.sum(axis: -1))
    #expect(einsum("i...->...i", a) == a.transposed(1, 2, 0))
    let row = Tensor([1.0, 2, 3, 4], dtype: .float64)
    #expect(einsum("...,...->...", a, row) == a * row)
  }

  @Test func numbersInTextComeBack() throws {
    let path = NSTemporaryDirectory() + "reach-\(UInt64.random(in: 0 ... .max)).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let wide = Tensor([[0.1, -1e-300], [1.0 / 3, 12345678.9]], dtype: .float64)
    try saveCSV(wide, path, header: ["a, b", "c"])
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("\"a, b\",c\n0.1,"))
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
    let numbers = lines.map { $0.split(separator: ",").map { Double($0)! } }
    #expect(Tensor(numbers, dtype: .float64) == wide)
    try saveCSV(Tensor([0.1, 2.5]), path)
    #expect(try loadCSV(path) == Tensor([[0.1], [2.5]]))
    try saveCSV(Tensor([[1, 2], [3, 4]]), path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "1,2\n3,4\n")
  }
}
