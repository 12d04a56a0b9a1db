import Tensors

/// A convolution of images `[n, h, w, in]` → `[n, oh, ow, out]`; kernel `[k, k, in, out]`.
public struct Conv2D: Layer, Sendable {
  public var kernel: Tensor
  public var bias: Tensor
  public var stride: Int
  public var padding: Int

  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal, from generator: inout Generator
  ) {
    kernel = initializer(
      [size, size, inputs, outputs], fanIn: size * size * inputs, fanOut: size * size * outputs,
      from: &generator)
    bias = Tensor.zeros([outputs])
    self.stride = stride
    self.padding = padding ?? size / 2
  }
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, kernel: size, stride: stride, padding: padding, initializer: initializer,
      from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    conv2d(x, kernel, stride: stride, padding: padding) + bias
  }
}

/// A convolution of sequences `[n, length, in]` → `[n, out length, out]`.
public struct Conv1D: Layer, Sendable {
  public var kernel: Tensor
  public var bias: Tensor
  public var stride: Int
  public var padding: Int

  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal, from generator: inout Generator
  ) {
    kernel = initializer(
      [size, inputs, outputs], fanIn: size * inputs, fanOut: size * outputs, from: &generator)
    bias = Tensor.zeros([outputs])
    self.stride = stride
    self.padding = padding ?? size / 2
  }
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, kernel: size, stride: stride, padding: padding, initializer: initializer,
      from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    conv1d(x, kernel, stride: stride, padding: padding) + bias
  }
}

/// The largest element of each window of images.
public struct MaxPool2D: Layer, Sendable {
  public let size: Int
  public init(_ size: Int = 2) { self.size = size }
  public func callAsFunction(_ x: Tensor) -> Tensor { maxPool2d(x, size: size) }
}

/// All axes but the first as one.
public struct Flatten: Layer, Sendable {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
}

/// The mean over the positions of each image: `[n, h, w, c]` → `[n, c]`.
public struct GlobalMeanPool: Layer, Sendable {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { x.mean(axes: [1, 2]) }
}

/// Two normalized convolutions around which the input is added (arXiv:1512.03385).
public struct ResidualBlock: Layer, Sendable {
  public var first: Conv2D
  public var firstNorm: LayerNorm
  public var second: Conv2D
  public var secondNorm: LayerNorm
  /// A 1 × 1 convolution where the shape changes.
  public var shortcut: Conv2D?

  public init(_ inputs: Int, _ outputs: Int, stride: Int = 1, from generator: inout Generator) {
    first = Conv2D(inputs, outputs, stride: stride, from: &generator)
    firstNorm = LayerNorm(outputs)
    second = Conv2D(outputs, outputs, from: &generator)
    secondNorm = LayerNorm(outputs)
    shortcut =
      inputs == outputs && stride == 1
      ? nil : Conv2D(inputs, outputs, kernel: 1, stride: stride, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = relu(firstNorm(first(x)))
    return relu(secondNorm(second(h)) + (shortcut?(x) ?? x))
  }
}

/// A small residual network for images: a stem, one block for each width, a dense head.
public struct ResNet: Layer, Sendable {
  public var stem: Conv2D
  public var blocks: [ResidualBlock]
  public var head: Dense

  public init(
    channels: Int, widths: [Int] = [16, 32, 64], classes: Int, from generator: inout Generator
  ) {
    precondition(!widths.isEmpty, "ResNet: at least one width")
    stem = Conv2D(channels, widths[0], from: &generator)
    blocks = []
    for (i, width) in widths.enumerated() {
      blocks.append(
        ResidualBlock(
          i == 0 ? width : widths[i - 1], width, stride: i == 0 ? 1 : 2, from: &generator))
    }
    head = Dense(widths[widths.count - 1], classes, from: &generator)
  }

  public init(channels: Int, widths: [Int] = [16, 32, 64], classes: Int) {
    var generator = splitSharedGenerator()
    self.init(channels: channels, widths: widths, classes: classes, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    head(blocks.reduce(relu(stem(x))) { $1($0) }.mean(axes: [1, 2]))
  }
}
