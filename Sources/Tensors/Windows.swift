internal import _CVectorKernels

/// How windows lie over images: kernel, stride, padding and dilation for both axes, and the shape
/// of the images `[n, h, w, c]`.
final class WindowBox: Sendable {
  let kernel: (Int, Int)
  let stride: (Int, Int)
  let padding: (Int, Int)
  let dilation: (Int, Int)

  init(_ kernel: (Int, Int), _ stride: (Int, Int), _ padding: (Int, Int), _ dilation: (Int, Int)) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// Extents of the result for images of a height and a width.
  func extents(_ h: Int, _ w: Int, _ name: String) -> (Int, Int) {
    let oh = (h + 2 * padding.0 - dilation.0 * (kernel.0 - 1) - 1) / stride.0 + 1
    let ow = (w + 2 * padding.1 - dilation.1 * (kernel.1 - 1) - 1) / stride.1 + 1
    guard h + 2 * padding.0 > dilation.0 * (kernel.0 - 1),
      w + 2 * padding.1 > dilation.1 * (kernel.1 - 1)
    else { stop("\(name): a window of \(kernel) does not fit into images of \(h) × \(w)") }
    return (oh, ow)
  }

  /// Stops where such windows are none, whatever the images.
  func check(_ name: String) {
    guard min(kernel.0, kernel.1) > 0 else {
      stop("\(name): a window of \(kernel.0) × \(kernel.1); its extents are positive")
    }
    guard min(stride.0, stride.1) > 0 else {
      stop("\(name): the stride \(min(stride.0, stride.1)) is not positive")
    }
    guard min(dilation.0, dilation.1) > 0 else {
      stop("\(name): the dilation \(min(dilation.0, dilation.1)) is not positive")
    }
    guard min(padding.0, padding.1) >= 0 else {
      stop("\(name): the padding \(min(padding.0, padding.1)) is negative")
    }
  }

  func description(_ shape: [Int], _ oh: Int, _ ow: Int) -> vk_window {
    vk_window(
      n: shape[0], h: shape[1], w: shape[2], c: shape[3], kh: kernel.0, kw: kernel.1, oh: oh,
      ow: ow, sh: stride.0, sw: stride.1, ph: padding.0, pw: padding.1, dh: dilation.0,
      dw: dilation.1)
  }
}

extension Attributes {
  var window: WindowBox { unsafeDowncast(object.unsafelyUnwrapped, to: WindowBox.self) }
}

/// `[n, h, w, c]` → `[n, oh, ow, kh·kw·c]`: what each window sees; zeros outside of the image.
func unfolded(_ x: Tensor, _ window: WindowBox) -> Tensor {
  let source = x.body.contiguous()
  let (oh, ow) = window.extents(x.shape[1], x.shape[2], "convolution")
  let out = Body(
    [x.shape[0], oh, ow, window.kernel.0 * window.kernel.1 * x.shape[3]], x.dtype)
  var description = window.description(x.shape, oh, ow)
  vk_unfold(x.dtype.rawValue, &description, out.data, source.data)
  return noted(.unfold, out, x, Attributes(object: window))
}

/// The transpose of ``unfolded``: adds what windows hold to the images' elements.
func folded(_ x: Tensor, _ window: WindowBox, _ shape: [Int]) -> Tensor {
  let source = x.body.contiguous()
  let out = Body(shape, x.dtype)
  var description = window.description(shape, x.shape[1], x.shape[2])
  vk_fold(x.dtype.rawValue, &description, out.data, source.data)
  return noted(.fold, out, x, Attributes(object: window))
}

/// The largest element of each window.
///
/// - Shapes: `[n, h, w, c]` → `[n, oh, ow, c]`; `stride` is the window's size unless given.
public func maxPool2d(_ x: Tensor, size: Int, stride: Int? = nil) -> Tensor {
  pooled(x, size, stride ?? size, "maxPool2d") { $0.max(axis: 3) }
}

/// The mean of each window.
public func meanPool2d(_ x: Tensor, size: Int, stride: Int? = nil) -> Tensor {
  pooled(x, size, stride ?? size, "meanPool2d") { $0.mean(axis: 3) }
}

/// The largest element of each window of a sequence: `[n, length, c]` → `[n, out, c]`.
public func maxPool1d(_ x: Tensor, size: Int, stride: Int? = nil) -> Tensor {
  pooled1(x, size, stride ?? size, "maxPool1d") { $0.max(axis: 2) }
}

/// The mean of each window of a sequence.
public func meanPool1d(_ x: Tensor, size: Int, stride: Int? = nil) -> Tensor {
  pooled1(x, size, stride ?? size, "meanPool1d") { $0.mean(axis: 2) }
}

private func pooled(
  _ x: Tensor, _ size: Int, _ stride: Int, _ name: String, _ reduce: (Tensor) -> Tensor
) -> Tensor {
  if x.dtype.isHalf { return x.widened { pooled($0, size, stride, name, reduce) } }
  guard x.ndim == 4 else { stop("\(name): images [n, h, w, c], not shape \(x.shape)") }
  let window = WindowBox((size, size), (stride, stride), (0, 0), (1, 1))
  window.check(name)
  _ = window.extents(x.shape[1], x.shape[2], name)
  let columns = unfolded(x.cast(to: x.dtype.floating), window)
  return reduce(columns.reshaped(Array(columns.shape[..<3]) + [size * size, x.shape[3]]))
}

private func pooled1(
  _ x: Tensor, _ size: Int, _ stride: Int, _ name: String, _ reduce: (Tensor) -> Tensor
) -> Tensor {
  if x.dtype.isHalf { return x.widened { pooled1($0, size, stride, name, reduce) } }
  guard x.ndim == 3 else { stop("\(name): sequences [n, length, c], not shape \(x.shape)") }
  let window = WindowBox((1, size), (1, stride), (0, 0), (1, 1))
  window.check(name)
  _ = window.extents(1, x.shape[1], name)
  let columns = unfolded(x.cast(to: x.dtype.floating).expandedDims(axis: 1), window)
  return reduce(columns.reshaped([x.shape[0], columns.shape[2], size, x.shape[2]]))
}
