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
