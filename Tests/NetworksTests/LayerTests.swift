import Networks
import Tensors
import Testing

@Suite struct LayerTests {
  /// Every layer that has parameters, in double precision, with an input that it takes.
  private static func layers() -> [(name: String, layer: any Layer, input: Tensor)] {
    var generator = Generator(seed: 5)
    func draw(_ shape: Int...) -> Tensor {
      Tensor.normal(shape, dtype: .float64, from: &generator)
    }
    let images = draw(2, 8, 8, 3)
    let sequences = draw(2, 5, 4)
    let rows = draw(6, 4)
    return [
      ("Dense", Dense(4, 3, dtype: .float64), rows),
      ("MLP", MLP([4, 8, 2], dtype: .float64), rows),
      ("Conv2D", Conv2D(3, 2, dtype: .float64), images),
      ("Conv2D, depthwise", Conv2D(3, 6, groups: 3, dtype: .float64), images),
      ("Conv1D", Conv1D(4, 2, dtype: .float64), sequences),
      ("ResNet", ResNet(channels: 3, widths: [4, 8], classes: 2, dtype: .float64), images),
      ("GRU", GRU(4, 3, dtype: .float64), sequences),
      ("LSTM", LSTM(4, 3, dtype: .float64), sequences),
      ("Attention", Attention(4, heads: 2, dtype: .float64), sequences),
      ("TransposedConv2D", TransposedConv2D(3, 2, dtype: .float64), images),
      ("GroupNorm", GroupNorm(groups: 2, 4, dtype: .float64), sequences),
      ("LayerNorm", LayerNorm(4, dtype: .float64), rows),
      ("BatchNorm", BatchNorm(4, dtype: .float64), rows),
      ("Embedding", Embedding(9, 4, dtype: .float64), Tensor([0, 8, 3])),
    ]
  }

  @Test(arguments: 0..<14)
  func typesAreThoseAskedFor(index: Int) {
    let (name, layer, input) = LayerTests.layers()[index]
    func check(_ layer: some Layer) {
      #expect(layer.parameters.allSatisfy { $0.dtype == .float64 }, "\(name)")
      #expect(!layer.parameters.isEmpty && layer(input).dtype == .float64, "\(name)")
      // Nothing of single precision on the way: double precision sees a step of 10⁻⁹.
      guard input.dtype == .float64 else { return }
      let step = 1e-9 * input
      let change = abs(layer(input + step) - layer(input)).max().item()
      let isConstant = ["LayerNorm", "GroupNorm"].contains(name)
      #expect(isConstant || (change > 1e-14 && change < 1e-6), "\(name)")
    }
    check(layer)
  }

  /// Against the definition, written out.
  @Test func groupsOfFeaturesAreNormalized() {
    var generator = Generator(seed: 2)
    let x = Tensor.normal([2, 3, 6], dtype: .float64, from: &generator) * 4 + 7
    let found = GroupNorm(groups: 3, 6, dtype: .float64)(x)
    for example in 0..<2 {
      for group in 0..<3 {
        let part = x[example, 0..., (2 * group)..<(2 * group + 2)]
        let mean = part.doubles.reduce(0, +) / 6
        let variance = part.doubles.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 6
        let right = (part - mean) / (variance + 1e-5).squareRoot()
        let difference = found[example, 0..., (2 * group)..<(2 * group + 2)] - right
        #expect(abs(difference).max().item() < 1e-12)
      }
    }
    // One group over rows is layer normalization.
    let rows = x[0]
    let one = GroupNorm(groups: 1, 6, dtype: .float64)(rows)
    #expect(abs(one - LayerNorm(6, dtype: .float64)(rows)).max().item() < 1e-12)
  }

  /// ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩, and images become as many times as large as the stride.
  @Test(arguments: [(2, 1), (3, 1), (3, 2), (4, 2), (5, 2), (5, 3), (2, 2)])
  func transposedConvolutionsAreAdjoint(size: Int, stride: Int) {
    var generator = Generator(seed: UInt64(10 * size + stride))
    let layer = TransposedConv2D(
      2, 3, kernel: size, stride: stride, dtype: .float64, from: &generator)
    let y = Tensor.normal([1, 4, 5, 2], dtype: .float64, from: &generator)
    let large = layer(y)
    #expect(stride == 1 || large.shape == [1, 4 * stride, 5 * stride, 3])
    let x = Tensor.normal(large.shape, dtype: .float64, from: &generator)
    let small = conv2d(x, layer.kernel, stride: stride, padding: layer.padding)
    let difference = (small * y).sum() - (x * (large - layer.bias)).sum()
    #expect(small.shape == y.shape && abs(difference.item()) < 1e-10)
  }

  @Test func windowsMayOverlap() {
    let image = Tensor((0..<16).map(Double.init), shape: [1, 4, 4, 1])
    #expect(MaxPool2D(2, stride: 1)(image).doubles == [5, 6, 7, 9, 10, 11, 13, 14, 15])
    #expect(MeanPool2D()(image).doubles == [2.5, 4.5, 10.5, 12.5])
    let sequence = Tensor([1.0, 5, 2, 4], shape: [1, 4, 1])
    #expect(MaxPool1D(3, stride: 1)(sequence).doubles == [5, 5])
    #expect(MeanPool1D()(sequence).doubles == [3, 3])
  }
}
