import Tensors

/// A convolution of images `[n, h, w, in]` → `[n, oh, ow, out]`.
public struct Conv2D: Layer, Sendable {
  /// `[k, k, in, out]`.
  public var kernel: Tensor
  /// `[out]`.
  public var bias: Tensor
  /// Pixels from one window to the next.
  public var stride: Int
  /// Zeros around the image, on each side.
  public var padding: Int

  /// A convolution with random weights; unless it says otherwise, the padding keeps the size of
  /// images at stride 1.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal, dtype: DType = .float32, from generator: inout Generator
  ) {
    kernel = initializer(
      [size, size, inputs, outputs], fanIn: size * size * inputs, fanOut: size * size * outputs,
      dtype: dtype, from: &generator)
    bias = Tensor.zeros([outputs], dtype: dtype)
    self.stride = stride
    self.padding = padding ?? size / 2
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, kernel: size, stride: stride, padding: padding, initializer: initializer,
      dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    conv2d(x, kernel, stride: stride, padding: padding) + bias
  }
}

/// A convolution of sequences `[n, length, in]` → `[n, out length, out]`.
public struct Conv1D: Layer, Sendable {
  /// `[k, in, out]`.
  public var kernel: Tensor
  /// `[out]`.
  public var bias: Tensor
  /// Places from one window to the next.
  public var stride: Int
  /// Zeros on either side of a sequence.
  public var padding: Int

  /// A convolution with random weights; unless it says otherwise, the padding keeps the length of
  /// sequences at stride 1.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal, dtype: DType = .float32, from generator: inout Generator
  ) {
    kernel = initializer(
      [size, inputs, outputs], fanIn: size * inputs, fanOut: size * outputs, dtype: dtype,
      from: &generator)
    bias = Tensor.zeros([outputs], dtype: dtype)
    self.stride = stride
    self.padding = padding ?? size / 2
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    initializer: Initializer = .heNormal, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, kernel: size, stride: stride, padding: padding, initializer: initializer,
      dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    conv1d(x, kernel, stride: stride, padding: padding) + bias
  }
}

/// The largest element of each window of images.
public struct MaxPool2D: Layer, Sendable {
  /// Pixels along a window's side, and from one window to the next.
  public let size: Int

  /// Windows of `size` × `size` pixels.
  public init(_ size: Int = 2) { self.size = size }

  public func callAsFunction(_ x: Tensor) -> Tensor { maxPool2d(x, size: size) }
}

/// All axes but the first as one.
public struct Flatten: Layer, Sendable {
  /// A layer without parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
}

/// The mean over the positions of each image: `[n, h, w, c]` → `[n, c]`.
public struct GlobalMeanPool: Layer, Sendable {
  /// A layer without parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { x.mean(axes: [1, 2]) }
}
