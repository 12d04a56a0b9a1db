import Tensors
import Testing

/// The definition, term by term.
private func slowly(_ x: [Double], sign: Double) -> [Double] {
  let n = x.count / 2
  let angle = Tensor.arange(n, dtype: .float64) * (2 * Double.pi / Double(max(1, n)))
  let (c, s) = (cos(angle).doubles, sin(angle).doubles)
  return (0..<n).flatMap { k in
    var (re, im) = (0.0, 0.0)
    for j in 0..<n {
      let (p, q) = (c[j * k % n], sign * s[j * k % n])
      re += x[2 * j] * p - x[2 * j + 1] * q
      im += x[2 * j] * q + x[2 * j + 1] * p
    }
    return [re, im]
  }
}

@Suite struct Fourier {
  @Test(arguments: [1, 2, 3, 4, 5, 6, 8, 12, 16, 17, 30, 37, 64, 91, 97, 128, 210, 289, 1024])
  func agreesWithTheDefinition(n: Int) {
    var generator = Generator(seed: n)
    let x = Tensor.normal([2, n, 2], dtype: .float64, from: &generator)
    let expected = slowly(x[1].doubles, sign: -1)
    let error = zip(fft(x)[1].doubles, expected).map { Swift.abs($0 - $1) }.max() ?? 0
    #expect(error < 1e-10 * Double(n))
    #expect(abs(ifft(fft(x)) - x).max().item() < 1e-12)
    let single = fft(x.cast(to: .float32))[1].doubles
    #expect((zip(single, expected).map { Swift.abs($0 - $1) }.max() ?? 0) < 2e-5 * Double(n))
  }

  @Test(arguments: [1, 2, 5, 8, 15, 34])
  func realTransformsInvertEachOther(n: Int) {
    var generator = Generator(seed: n)
    let x = Tensor.normal([3, n, 2], dtype: .float64, from: &generator)
    let spectrum = rfft(x, axis: 1)
    #expect(spectrum.shape == [3, n / 2 + 1, 2, 2])
    #expect(abs(irfft(spectrum, count: n, axis: 1) - x).max().item() < 1e-12)
    let whole = fft(stack([x, x.zerosLike()], axis: -1), axis: 1)
    #expect(abs(whole[0..., ..<(n / 2 + 1)] - spectrum).max().item() < 1e-12)
  }

  @Test func energyIsKept() {
    let x = sin(Tensor.arange(1000, dtype: .float64) * 0.3)
    let pairs = stack([x, x * x], axis: -1)
    let (a, b) = (square(pairs).sum().item(), square(fft(pairs)).sum().item() / 1000)
    #expect(Swift.abs(a - b) < 1e-9 * a)
    #expect(rfft(x).shape == [501, 2] && rfftFrequencies(4).doubles == [0, 0.25, 0.5])
  }
}
