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
      ("Conv1D", Conv1D(4, 2, dtype: .float64), sequences),
      ("ResNet", ResNet(channels: 3, widths: [4, 8], classes: 2, dtype: .float64), images),
      ("GRU", GRU(4, 3, dtype: .float64), sequences),
      ("LSTM", LSTM(4, 3, dtype: .float64), sequences),
      ("Attention", Attention(4, heads: 2, dtype: .float64), sequences),
      ("LayerNorm", LayerNorm(4, dtype: .float64), rows),
      ("BatchNorm", BatchNorm(4, dtype: .float64), rows),
      ("Embedding", Embedding(9, 4, dtype: .float64), Tensor([0, 8, 3])),
    ]
  }

  @Test(arguments: 0..<11)
  func typesAreThoseAskedFor(index: Int) {
    let (name, layer, input) = LayerTests.layers()[index]
    func check(_ layer: some Layer) {
      #expect(layer.parameters.allSatisfy { $0.dtype == .float64 }, "\(name)")
      #expect(!layer.parameters.isEmpty && layer(input).dtype == .float64, "\(name)")
      // Nothing of single precision on the way: double precision sees a step of 10⁻⁹.
      guard input.dtype == .float64 else { return }
      let step = 1e-9 * input
      let change = abs(layer(input + step) - layer(input)).max().item()
      let isConstant = name == "LayerNorm"
      #expect(isConstant || (change > 1e-14 && change < 1e-6), "\(name)")
    }
    check(layer)
  }
}
