import Tensors
import Testing

/// Tensors of a few elements hold them within their body, and gradients are added up in place:
/// neither may show.
@Suite struct SmallTensorTests {
  @Test(arguments: [1, 6, 7, 12, 13, 40])
  func viewsKeepTheirElementsWhenTheOriginalIsWritten(count: Int) {
    var a = Tensor.arange(count).cast(to: .float64)
    let (view, copy) = (a[0...], a)
    a[0] .= 7
    #expect(a[0].item() == 7)
    #expect(view.doubles == (0..<count).map(Double.init))
    #expect(copy.doubles == view.doubles)
  }

  @Test func aViewOutlivesItsTensor() {
    func last(_ count: Int) -> Tensor { (Tensor.arange(count).cast(to: .float32) * 2)[count - 1] }
    let views = (1...40).map { last($0) }
    #expect(views.map { $0.item() } == (0..<40).map { 2 * Double($0) })
  }

  /// ∂/∂xₖ Σ xᵢ·xᵢ₊₁ = xₖ₋₁ + xₖ₊₁; every slice adds to one gradient.
  @Test func slicesOfOneTensorAddUp() {
    let x = Tensor([2.0, 3, 5, 7, 11], dtype: .float64)
    let g = gradient(at: x) { x in
      var total = x[0] * x[1]
      for i in 1..<4 { total += x[i] * x[i + 1] }
      return total
    }
    #expect(g.doubles == [3, 7, 10, 16, 7])
    let backwards = gradient(at: x) { x in
      dot(x.flipped()[..<2], Tensor([1.0, 10], dtype: .float64))
    }
    #expect(backwards.doubles == [0, 0, 0, 10, 1])
    let rows = gradient(at: x[..<4].reshaped([2, 2])) { x in
      sum(x[0] * x[1]) + 3 * x[-1, 0] + sum(x[0..., 1])
    }
    #expect(rows.doubles == [5, 8, 5, 4])
  }

  @Test(arguments: [DType.float16, .bfloat16, .float32, .float64])
  func slicesOfEveryFloatHaveGradients(type: DType) {
    let g = gradient(at: Tensor([2.0, 3, 5], dtype: type)) { x in x[0] * x[1] + x[2] + x[1] }
    #expect(g.dtype == type && g.doubles == [3, 3, 1])
  }

  @Test func secondDerivativesFlowThroughElements() {
    let h = hessian(at: Tensor([2.0, 3, 5], dtype: .float64)) { x in
      x[0] * x[0] * x[1] + x[1] * x[2]
    }
    #expect(h.doubles == [6, 4, 0, 4, 0, 1, 0, 1, 0])
  }

  /// `x + x` gives one gradient twice; it must not be added to while others hold it.
  @Test func sharedGradientsAreNotWritten() {
    let seed = Tensor([1.0, 10], dtype: .float64)
    let (_, pullback) = vjp(
      { (x: Tensor) in x + x + x * x }, at: Tensor([1.0, 2], dtype: .float64))
    #expect(pullback(seed).doubles == [4, 60])
    #expect(seed.doubles == [1, 10])
    #expect(pullback(seed).doubles == [4, 60])
    let g = gradient(at: seed) { x in
      let (a, b) = (x[0], x[1])
      let s = a + b
      return s + s * a + b
    }
    // 1 + (a + s), 1 + a + 1
    #expect(g.doubles == [13, 3])
  }

  @Test func aTapeIsEmptyAfterAnErrorAndOnOtherThreads() async {
    struct Stopped: Error {}
    let x = Tensor([3.0], dtype: .float64)
    for _ in 0..<3 {
      #expect(throws: Stopped.self) {
        _ = try gradient(at: x) { x -> Tensor in
          _ = square(x) * x
          throw Stopped()
        }
      }
      #expect(gradient(at: x) { sum(square($0)) }.item() == 6)
    }
    let sums = await withTaskGroup(of: Double.self) { group in
      for k in 1...8 {
        group.addTask {
          var total = 0.0
          for _ in 0..<200 { total += gradient(at: x) { sum(Double(k) * square($0)) }.item() }
          return total
        }
      }
      return await group.reduce(into: [Double]()) { $0.append($1) }
    }
    #expect(sums.sorted() == (1...8).map { 1200 * Double($0) })
  }

  /// Blocks up to 32 KiB are kept by size class with their thread; neighbours must not overlap.
  @Test func recycledBlocksHoldTheirElements() {
    var kept: [Tensor] = []
    for round in 0..<4 {
      for count in stride(from: 60, to: 9000, by: 61) {
        kept.append(Tensor.full([count], Double(count + round), dtype: .float32))
      }
      if round % 2 == 0 { kept.removeFirst(kept.count / 2) }
    }
    for tensor in kept {
      #expect(tensor.min().item() == tensor.max().item())
      #expect(tensor[0].item() - Double(tensor.count) < 4)
    }
  }
}
