import Tensors

/// A convolution of images `[n, h, w, in]` → `[n, oh, ow, out]`.
public struct Conv2D: Layer, Sendable {
  /// `[k, k, in / groups, out]`.
  public var kernel: Tensor
  /// `[out]`.
  public var bias: Tensor
  /// Pixels from one window to the next.
  public var stride: Int
  /// Zeros around the image, on each side.
  public var padding: Int
  /// Parts of the channels that are convolved apart; as many as channels make it depthwise.
  public var groups: Int

  /// A convolution with random weights; unless it says otherwise, the padding keeps the size of
  /// images at stride 1.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    groups: Int = 1, initializer: Initializer = .heNormal, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    guard groups > 0, inputs % groups == 0, outputs % groups == 0 else {
      stop(
        "Conv2D: \(groups) groups of \(inputs) channels and \(outputs) results; they divide both")
    }
    let (seen, heard) = (inputs / groups, outputs / groups)
    kernel = initializer(
      [size, size, seen, outputs], fanIn: size * size * seen, fanOut: size * size * heard,
      dtype: dtype, from: &generator)
    bias = Tensor.zeros([outputs], dtype: dtype)
    self.stride = stride
    self.padding = padding ?? size / 2
    self.groups = groups
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 3, stride: Int = 1, padding: Int? = nil,
    groups: Int = 1, initializer: Initializer = .heNormal, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, kernel: size, stride: stride, padding: padding, groups: groups,
      initializer: initializer, dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    conv2d(x, kernel, stride: stride, padding: padding, groups: groups) + bias
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

/// The transpose of a convolution, which enlarges images: `[n, h, w, in]` → `[n, oh, ow, out]` with
/// oh = (h − 1)·stride − 2·padding + k + outputPadding.
public struct TransposedConv2D: Layer, Sendable {
  /// `[k, k, out, in]`.
  public var kernel: Tensor
  /// `[out]`.
  public var bias: Tensor
  /// Pixels of the result from one window to the next.
  public var stride: Int
  /// Pixels of the result that are cut off on each side.
  public var padding: Int
  /// Pixels that are added at the right and the bottom; fewer than the stride.
  public var outputPadding: Int

  /// A transposed convolution with random weights; unless it says otherwise, images become `stride`
  /// times as large.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 4, stride: Int = 2, padding: Int? = nil,
    outputPadding: Int? = nil, initializer: Initializer = .heNormal, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    // Each pixel of the result hears (k/stride)² windows.
    let heard = max(1, size * size * inputs / (stride * stride))
    kernel = initializer(
      [size, size, outputs, inputs], fanIn: heard, fanOut: size * size * outputs, dtype: dtype,
      from: &generator)
    bias = Tensor.zeros([outputs], dtype: dtype)
    self.stride = stride
    // At stride 1 nothing can be added, and an even kernel makes images one pixel larger.
    self.padding = padding ?? max(0, (size - stride + (stride > 1 ? 1 : 0)) / 2)
    self.outputPadding = outputPadding ?? max(0, stride - size + 2 * self.padding)
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ inputs: Int, _ outputs: Int, kernel size: Int = 4, stride: Int = 2, padding: Int? = nil,
    outputPadding: Int? = nil, initializer: Initializer = .heNormal, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, kernel: size, stride: stride, padding: padding,
      outputPadding: outputPadding, initializer: initializer, dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    convTransposed2d(
      x, kernel, stride: stride, padding: padding, outputPadding: outputPadding) + bias
  }
}

/// All axes but the first as one.
public struct Flatten: Layer, Sendable {
  /// A layer without parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
}
