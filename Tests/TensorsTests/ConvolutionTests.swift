import Testing

import Tensors

/// Convolutions against their definition, on geometries for each way through the kernels.
@Suite struct Convolutions {
  struct Geometry: CustomStringConvertible {
    var images: [Int]
    var kernel: [Int]
    var stride = 1
    var padding = 0
    var dilation = 1
    var description: String { "\(images) \(kernel) \(stride) \(padding) \(dilation)" }
  }

  static let geometries = [
    Geometry(images: [3, 9, 8, 4], kernel: [3, 3, 4, 5], padding: 1),
    Geometry(images: [2, 12, 31, 1], kernel: [5, 5, 1, 40], padding: 2),
    Geometry(images: [2, 11, 17, 3], kernel: [3, 2, 3, 33], stride: 2, padding: 1),
    Geometry(images: [2, 13, 14, 2], kernel: [3, 3, 2, 16], padding: 4, dilation: 2),
    Geometry(images: [1, 10, 9, 80], kernel: [3, 3, 80, 35], padding: 1),  // a kernel in shares
    Geometry(images: [1, 7, 7, 300], kernel: [2, 3, 300, 17], padding: 1),  // lines in parts
    Geometry(images: [2, 6, 6, 128], kernel: [3, 3, 128, 230]),  // beyond the caches
    Geometry(images: [2, 4, 4, 3], kernel: [3, 3, 3, 6]),  // narrow
    Geometry(images: [2, 20, 20, 3], kernel: [3, 3, 3, 1], padding: 1),  // a single column
    Geometry(images: [1, 2, 40, 2], kernel: [1, 17, 2, 9]),
    Geometry(images: [1, 20, 20, 1], kernel: [17, 16, 1, 2], padding: 3),  // many runs
    Geometry(images: [1, 2, 2, 1], kernel: [1, 1, 1, 3], padding: 3),  // lines outside
  ]

  @Test(arguments: geometries) func agreesWithItsDefinition(_ g: Geometry) {
    for type in [DType.float64, .float32] {
      var generator = Generator(seed: 7)
      let x = Tensor.normal(g.images, dtype: type, from: &generator)
      let k = Tensor.normal(g.kernel, dtype: type, from: &generator)
      let result = conv2d(
        x, k, stride: g.stride, padding: g.padding, dilation: g.dilation)
      let expected = definition(of: g, x.doubles, k.doubles)
      let largest = expected.reduce(0) { max($0, abs($1)) }
      #expect(
        agree(result.doubles, expected, largest * (type == .float64 ? 1e-13 : 2e-5)), "\(type)")
    }
  }

  /// Values and gradients of torch 2.15.0's conv2d, in float64 (make_reference.py).
  @Test func groupsAndUnequalStridesAgreeWithPyTorch() {
    struct Case {
      var kernel: [Int]
      var stride: (Int, Int)
      var padding: (Int, Int)
      var dilation: (Int, Int)
      var groups: Int
      var shape: [Int]
      var first: [Double]
      var total: [Double]
    }
    let cases = [
      Case(
        kernel: [3, 2, 2, 6], stride: (2, 1), padding: (1, 0), dilation: (1, 2), groups: 2,
        shape: [2, 3, 4, 6],
        first: [-2.7979960270027315, 0.016271776532345093, 2.815579383764726],
        total: [-5.475757801578013, -9.815634191205415, -4.812709584801573]),
      Case(
        kernel: [2, 3, 1, 8], stride: (1, 2), padding: (0, 1), dilation: (2, 1), groups: 4,
        shape: [2, 3, 3, 8],
        first: [0.01569885557514686, -1.0688162895202886, -1.1780436970314365],
        total: [3.385737846931571, -0.7409475934421081, 2.93652919670218]),
      Case(
        kernel: [3, 3, 4, 3], stride: (1, 3), padding: (2, 1), dilation: (1, 1), groups: 1,
        shape: [2, 7, 2, 3],
        first: [-0.04443937559950292, 0.07332751508194996, 0.12367742656421966],
        total: [-0.14852424192157376, 0.07848435427994715, -0.12403356594335357]),
    ]
    let x = sin(Tensor.arange(1, 241, dtype: .float64) * 0.03).reshaped([2, 5, 6, 4])
    for c in cases {
      let count = c.kernel.reduce(1, *)
      let k = cos(Tensor.arange(count, dtype: .float64)).reshaped(c.kernel)
      func result(_ x: Tensor, _ k: Tensor) -> Tensor {
        conv2d(
          x, k, stride: c.stride, padding: c.padding, dilation: c.dilation, groups: c.groups)
      }
      let y = result(x, k)
      #expect(y.shape == c.shape)
      #expect(agree(Array(y.doubles.prefix(3)), c.first))
      let weights = cos(Tensor.arange(y.size, dtype: .float64) * 0.7).reshaped(y.shape)
      let (dx, dk) = gradient(at: x, k) { x, k in sum(result(x, k) * weights) }
      let totals = [sum(y * weights), sum(dx * cos(x)), sum(dk * sin(k))]
      #expect(agree(totals.map { $0.item() }, c.total, 1e-11))
    }
  }

  private func definition(of g: Geometry, _ x: [Double], _ k: [Double]) -> [Double] {
    let (n, h, w, c) = (g.images[0], g.images[1], g.images[2], g.images[3])
    let (kh, kw, d) = (g.kernel[0], g.kernel[1], g.kernel[3])
    let oh = (h + 2 * g.padding - (kh - 1) * g.dilation - 1) / g.stride + 1
    let ow = (w + 2 * g.padding - (kw - 1) * g.dilation - 1) / g.stride + 1
    var result = [Double](repeating: 0, count: n * oh * ow * d)
    for b in 0..<n {
      for oy in 0..<oh {
        for ox in 0..<ow {
          let at = ((b * oh + oy) * ow + ox) * d
          for i in 0..<kh {
            let y = oy * g.stride - g.padding + i * g.dilation
            guard y >= 0, y < h else { continue }
            for j in 0..<kw {
              let xx = ox * g.stride - g.padding + j * g.dilation
              guard xx >= 0, xx < w else { continue }
              for q in 0..<c {
                let value = x[((b * h + y) * w + xx) * c + q]
                let row = ((i * kw + j) * c + q) * d
                for p in 0..<d { result[at + p] += value * k[row + p] }
              }
            }
          }
        }
      }
    }
    return result
  }
}
