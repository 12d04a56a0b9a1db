import Display
import Foundation
import Synchronization
import Tensors
import Testing

/// Long element-wise chains are computed late and together: nobody may notice.
@Suite struct LongChains {
  let x = Tensor.linspace(-3, 3, 50_000, dtype: .float64)
  let parts = (0..<5).map {
    Tensor.linspace(-3, 3, 50_000, dtype: .float64)[($0 * 10_000)..<(($0 + 1) * 10_000)]
  }

  /// The same function on pieces that are too short to wait.
  private func agrees(_ f: (Tensor) -> Tensor) -> Bool {
    f(x) == concatenate(parts.map { f($0.reshaped(10_000) + 0) })
  }

  @Test func resultsAreThoseOfShortOnes() {
    #expect(agrees { x in (exp(x * 0.5) + 1) * x - tanh(x) / (1 + square(x)) })
    #expect(agrees { x in maximum(x, 0.2) ** 1.5 + minimum(2, x) - sigmoid(-x) })
    #expect(agrees { x in 2 - x })
    #expect(
      agrees { x in
        let e = exp(x); return e * e + e
      })
  }

  @Test func rowsAndColumnsAreStretched() {
    let a = Tensor.linspace(0, 1, 300 * 200, dtype: .float64).reshaped(300, 200)
    let row = Tensor.linspace(1, 2, 200, dtype: .float64)
    let column = Tensor.linspace(3, 4, 300, dtype: .float64).reshaped(300, 1)
    let y = ((a + row) * column - row).doubles
    let (p, r, c) = (a.doubles, row.doubles, column.doubles)
    for i in stride(from: 0, to: 300, by: 7) {
      for j in stride(from: 0, to: 200, by: 3) {
        #expect(y[i * 200 + j] == (p[i * 200 + j] + r[j]) * c[i] - r[j])
      }
    }
    let middle = Tensor.arange(30, dtype: .float64).reshaped(1, 30, 1)
    let cube = a.reshaped(20, 30, 100) * middle
    #expect(cube[3, 7, 50].item() == a.reshaped(20, 30, 100)[3, 7, 50].item() * 7)
  }

  @Test func laterWritesToOperandsDoNotShow() {
    var a = x
    let y = a * 2 + 1
    let view = a[..<40_000]
    let z = view * 3
    a[0] = Tensor(100.0, dtype: .float64)
    a += x
    #expect(y[0].item() == -5 && z[0].item() == -9 && a[0].item() == 97)
    var w = x + 0
    let v = w * 1
    w += x
    #expect(v[0].item() == -3 && w[0].item() == -6)
  }

  @Test func longLoopsStayBounded() {
    var y = x
    for _ in 0..<1000 { y = y * 0.5 + 1 }
    #expect(Swift.abs(y[0].item() - 2) < 1e-12)
    var z = x * 0 + 1.0001
    for _ in 0..<12 { z = z * z }
    #expect(
      Swift.abs(z[5].item() / exp(Tensor(4096 * 9.9995000333e-5, dtype: .float64)).item() - 1)
        < 1e-9)
    // Asked for again and again, with changing companions.
    let slow = tanh(exp(x) - x) * x
    let total = sum(slow).item()
    for k in 1...5 { #expect(Swift.abs(sum(slow * k).item() - Double(k) * total) < 1e-6) }
  }

  @Test func gradientsAgreeWithDifferences() {
    let f: (Tensor) -> Tensor = { x in
      let a = exp(x * 0.5) + 1
      let b = tanh(a * x) - 0.25
      return sum((b * b + x) * 2 - a) / 50_000
    }
    #expect(gradientCheck(at: x, directions: 2, of: f) < 1e-6)
    let product = hessianVectorProduct(at: x, along: x, of: f)
    let (ahead, behind) = (
      gradient(at: x + 1e-5 * x, of: f), gradient(at: x - 1e-5 * x, of: f)
    )
    #expect(abs((ahead - behind) / 2e-5 - product).max().item() < 1e-8)
  }

  /// A tanh and its derivative share their exponential, and what is repeated is done once: with the
  /// bits that each operation has by itself, as in short tensors.
  @Test(arguments: [DType.float32, .float64])
  func sharedWorkHasTheSameBits(dtype: DType) {
    var draw = Generator(seed: 6)
    let edges = Tensor(
      [0, -0.0, 1e-40, -1e-320, 9.9, -10.1, 44.1, 44.2, -88.4, 354.6, 354.8, .infinity, .nan],
      dtype: dtype)
    let x = concatenate([
      edges, 4 * Tensor.normal([40_000 - edges.size], dtype: dtype, from: &draw),
    ])
    var seen: [Tensor] = []
    func slope(_ x: Tensor, keeps: Bool) -> Tensor {
      gradient(at: x) { x in
        let a = exp(0.1 * x) + 1
        let b = tanh(x) * a
        if keeps { seen += [tanh(x), b * b, b * b] }
        return sum(b * b + tanh(x) * x)
      }
    }
    let parts = stride(from: 0, to: 40_000, by: 1000).map { x[$0..<$0 + 1000] }
    let expected = concatenate(parts.map { slope($0, keeps: false) })
    expectSame(slope(x, keeps: false), expected)
    expectSame(slope(x, keeps: true), expected)
    let squares = concatenate(parts.map { square(tanh($0) * (exp(0.1 * $0) + 1)) })
    expectSame(seen[0], concatenate(parts.map { tanh($0) }))
    expectSame(seen[1], squares)
    expectSame(seen[2], squares)
    // 1/cosh² by another way.
    let near = Tensor.linspace(-8, 8, 40_000, dtype: dtype)
    let slopes = gradient(at: near) { sum(tanh($0)) }
    let ratio = slopes.cast(to: .float64) * square(cosh(near.cast(to: .float64)))
    #expect(abs(ratio - 1).max().item() < (dtype == .float32 ? 1e-6 : 2e-15))
  }

  @Test func manyThreadsMayReadOneResult() async {
    for round in 0..<20 {
      let shared = exp(x * (1 + 0.01 * Double(round))) - x
      let more = tanh(shared) * shared
      let sums = await withTaskGroup(of: Double.self, returning: [Double].self) { group in
        for k in 0..<8 {
          group.addTask { k % 2 == 0 ? sum(shared + more).item() : (more + shared)[17].item() }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(sums).count == 2)
    }
  }

  /// Where only the gradient is wanted the sum is put off; whoever uses it must not notice.
  @Test func sumsThatAreNotWanted() {
    var draw = Generator(seed: 4)
    let x = Tensor.normal([50_000], dtype: .float64, from: &draw)
    let total = sum(exp(x)).item()
    var kept: [Tensor] = []
    let slope = gradient(at: x) { x in
      let s = sum(exp(x))
      kept.append(s)
      return s
    }
    #expect(slope == exp(x))
    #expect(agree([kept[0].item()], [total]))
    // As an operand of long and of short operations, and of one that is differentiated again.
    let weighted = gradient(at: x) { x in sum(x * sum(exp(x))) }
    #expect(agree(weighted, (total + exp(x) * sum(x)).doubles, 1e-11))
    let shares = gradient(at: x) { x in sum(square(exp(x) / sum(exp(x)))) }
    let p = exp(x) / total
    #expect(agree(shares, (2 * p * (p - sum(square(p)))).doubles, 1e-11))
    let logarithm = gradient(at: x) { x in log(sum(exp(x))) + 0 * sum(square(x)) }
    #expect(agree(logarithm, p.doubles, 1e-11))
    let second = gradient(at: x) { x in sum(gradient(at: x) { x in sum(x ** 3) } * x) }
    #expect(agree(second, (9 * square(x)).doubles, 1e-11))
    let (value, _) = valueAndGradient(at: x) { x in sum(exp(x)) }
    #expect(value == sum(exp(x)))
  }

  @Test func interruptsAreLookedForBeforeMemoryIsTaken() async {
    // In a process of its own: an interrupt is one for all threads, and other tests run beside this.
    await #expect(processExitsWith: .success) {
      let calls = Atomic(0)
      CheckPoint.handler = { calls.add(1, ordering: .relaxed) }
      CheckPoint.isRaised = true
      (exp(Tensor.ones([50_000])) * 2).evaluated()
      guard calls.load(ordering: .relaxed) > 0 else { exit(1) }
    }
  }
}
