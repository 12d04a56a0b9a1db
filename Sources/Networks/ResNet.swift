import Tensors

/// Two normalized convolutions around which the input is added (arXiv:1512.03385).
public struct ResidualBlock: Layer, Sendable {
  /// Changes the number of channels, and the size of images at a stride above 1.
  public var first: Conv2D
  /// Normalizes what the first convolution gives.
  public var firstNorm: LayerNorm
  /// Keeps shapes.
  public var second: Conv2D
  /// Normalizes what the second convolution gives.
  public var secondNorm: LayerNorm
  /// A 1 × 1 convolution where the shape changes.
  public var shortcut: Conv2D?

  /// A block from images with `inputs` channels to images with `outputs`.
  public init(
    _ inputs: Int, _ outputs: Int, stride: Int = 1, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    first = Conv2D(inputs, outputs, stride: stride, dtype: dtype, from: &generator)
    firstNorm = LayerNorm(outputs, dtype: dtype)
    second = Conv2D(outputs, outputs, dtype: dtype, from: &generator)
    secondNorm = LayerNorm(outputs, dtype: dtype)
    shortcut =
      inputs == outputs && stride == 1
      ? nil : Conv2D(inputs, outputs, kernel: 1, stride: stride, dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = relu(firstNorm(first(x)))
    return relu(secondNorm(second(h)) + (shortcut?(x) ?? x))
  }
}

/// A small residual network for images: a stem, one block for each width, a dense head.
///
/// - Shapes: `[n, h, w, channels]` → `[n, classes]`.
public struct ResNet: Layer, Sendable {
  /// From the image's channels to the first width.
  public var stem: Conv2D
  /// One block for each width; all but the first halve the size of images.
  public var blocks: [ResidualBlock]
  /// From the mean over positions to the classes.
  public var head: Dense

  /// A network with random weights.
  public init(
    channels: Int, widths: [Int] = [16, 32, 64], classes: Int, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    guard !widths.isEmpty else { stop("ResNet: no widths; at least one") }
    stem = Conv2D(channels, widths[0], dtype: dtype, from: &generator)
    blocks = []
    for (i, width) in widths.enumerated() {
      blocks.append(
        ResidualBlock(
          i == 0 ? width : widths[i - 1], width, stride: i == 0 ? 1 : 2, dtype: dtype,
          from: &generator))
    }
    head = Dense(widths[widths.count - 1], classes, dtype: dtype, from: &generator)
  }

  /// The same with random numbers from the shared generator.
  public init(
    channels: Int, widths: [Int] = [16, 32, 64], classes: Int, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      channels: channels, widths: widths, classes: classes, dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    head(blocks.reduce(relu(stem(x))) { $1($0) }.mean(axes: [1, 2]))
  }
}
