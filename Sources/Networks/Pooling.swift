import Tensors

/// The largest element of each window of images: `[n, h, w, c]` → `[n, oh, ow, c]`.
public struct MaxPool2D: Layer, Sendable {
  /// Pixels along a window's side.
  public let size: Int
  /// Pixels from one window to the next.
  public let stride: Int

  /// Windows of `size` × `size` pixels, side by side unless a stride is given.
  public init(_ size: Int = 2, stride: Int? = nil) {
    self.size = size
    self.stride = stride ?? size
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { maxPool2d(x, size: size, stride: stride) }
}

/// The mean of each window of images: `[n, h, w, c]` → `[n, oh, ow, c]`.
public struct MeanPool2D: Layer, Sendable {
  /// Pixels along a window's side.
  public let size: Int
  /// Pixels from one window to the next.
  public let stride: Int

  /// Windows of `size` × `size` pixels, side by side unless a stride is given.
  public init(_ size: Int = 2, stride: Int? = nil) {
    self.size = size
    self.stride = stride ?? size
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { meanPool2d(x, size: size, stride: stride) }
}

/// The largest element of each window of sequences: `[n, length, c]` → `[n, out length, c]`.
public struct MaxPool1D: Layer, Sendable {
  /// Places in a window.
  public let size: Int
  /// Places from one window to the next.
  public let stride: Int

  /// Windows of `size` places, side by side unless a stride is given.
  public init(_ size: Int = 2, stride: Int? = nil) {
    self.size = size
    self.stride = stride ?? size
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { maxPool1d(x, size: size, stride: stride) }
}

/// The mean of each window of sequences: `[n, length, c]` → `[n, out length, c]`.
public struct MeanPool1D: Layer, Sendable {
  /// Places in a window.
  public let size: Int
  /// Places from one window to the next.
  public let stride: Int

  /// Windows of `size` places, side by side unless a stride is given.
  public init(_ size: Int = 2, stride: Int? = nil) {
    self.size = size
    self.stride = stride ?? size
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { meanPool1d(x, size: size, stride: stride) }
}

/// The mean over the positions of each image: `[n, h, w, c]` → `[n, c]`.
public struct GlobalMeanPool: Layer, Sendable {
  /// A layer without parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { x.mean(axes: [1, 2]) }
}
