internal import _CVectorKernels

/// Correlates images with a kernel (what deep learning calls convolution).
///
/// - Shapes: x `[n, h, w, c]`, kernel `[kh, kw, c / groups, d]` → `[n, oh, ow, d]`.
/// - Parameter padding: zeros on every side.
/// - Parameter groups: equal parts of the channels, each of which only its part of the results sees;
///   as many as channels make a depthwise convolution.
public func conv2d(
  _ x: Tensor, _ kernel: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
  groups: Int = 1
) -> Tensor {
  conv2d(
    x, kernel, stride: (stride, stride), padding: (padding, padding),
    dilation: (dilation, dilation), groups: groups)
}

/// The same with strides, paddings and dilations for heights and widths; see
/// ``conv2d(_:_:stride:padding:dilation:groups:)``.
public func conv2d(
  _ x: Tensor, _ kernel: Tensor, stride: (Int, Int), padding: (Int, Int) = (0, 0),
  dilation: (Int, Int) = (1, 1), groups: Int = 1
) -> Tensor {
  guard x.ndim == 4, kernel.ndim == 4 else {
    stop(
      "conv2d: images [n, h, w, c] and a kernel [kh, kw, c, d], not \(x.shape) and "
        + "\(kernel.shape)")
  }
  let (c, d) = (x.shape[3], kernel.shape[3])
  guard groups > 0, c % groups == 0, d % groups == 0 else {
    stop("conv2d: \(groups) groups of \(c) channels and \(d) results; they divide both")
  }
  guard kernel.shape[2] == c / groups else {
    let parts = groups == 1 ? "c" : "c / \(groups)"
    stop(
      "conv2d: images [n, h, w, c] and a kernel [kh, kw, \(parts), d], not \(x.shape) and "
        + "\(kernel.shape)")
  }
  let window = WindowBox((kernel.shape[0], kernel.shape[1]), stride, padding, dilation)
  window.check("conv2d")
  _ = window.extents(x.shape[1], x.shape[2], "conv2d")
  if groups == 1 { return correlated(x, kernel, window) }
  return groups == c ? depthwise(x, kernel, window) : grouped(x, kernel, window, groups)
}

/// Every channel with kernels of its own.
private func depthwise(_ x: Tensor, _ kernel: Tensor, _ window: WindowBox) -> Tensor {
  let common = DType.common(x.dtype, kernel.dtype)
  let (c, d) = (x.shape[3], kernel.shape[3])
  let windows = unfolded(x.cast(to: common.floating), window)
  let seen = windows.reshaped(Array(windows.shape[..<3]) + [-1, c, 1])
  let weights = kernel.cast(to: common.floating).reshaped([-1, c, d / max(1, c)])
  let result = (seen * weights).sum(axis: 3).reshaped(Array(windows.shape[..<3]) + [d])
  return common.isHalf ? result.cast(to: common) : result
}

private func grouped(
  _ x: Tensor, _ kernel: Tensor, _ window: WindowBox, _ groups: Int
) -> Tensor {
  let (inputs, outputs) = (x.shape[3] / groups, kernel.shape[3] / groups)
  let parts = (0..<groups).map { g in
    correlated(
      x[.ellipsis, (g * inputs)..<((g + 1) * inputs)],
      kernel[.ellipsis, (g * outputs)..<((g + 1) * outputs)], window)
  }
  return concatenate(parts, axis: -1)
}

/// Correlates sequences with a kernel.
///
/// - Shapes: x `[n, length, c]`, kernel `[k, c, d]` → `[n, out, d]`.
public func conv1d(
  _ x: Tensor, _ kernel: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1
) -> Tensor {
  guard x.ndim == 3, kernel.ndim == 3, x.shape[2] == kernel.shape[1] else {
    stop(
      "conv1d: sequences [n, length, c] and a kernel [k, c, d], not \(x.shape) and "
        + "\(kernel.shape)")
  }
  let window = WindowBox((1, kernel.shape[0]), (1, stride), (0, padding), (1, dilation))
  window.check("conv1d")
  _ = window.extents(1, x.shape[1], "conv1d")
  return correlated(x.expandedDims(axis: 1), kernel.expandedDims(axis: 0), window)
    .squeezed(axis: 1)
}

/// The transpose of ``conv2d(_:_:stride:padding:dilation:)`` with respect to its images.
///
/// - Shapes: x `[n, h, w, d]`, kernel `[kh, kw, c, d]` → `[n, oh, ow, c]` with
///   `oh = (h − 1)·stride − 2·padding + kh + outputPadding`.
public func convTransposed2d(
  _ x: Tensor, _ kernel: Tensor, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
) -> Tensor {
  guard x.ndim == 4, kernel.ndim == 4, x.shape[3] == kernel.shape[3] else {
    stop(
      "convTransposed2d: images [n, h, w, d] and a kernel [kh, kw, c, d], not \(x.shape) and "
        + "\(kernel.shape)")
  }
  let (kh, kw, c, d) = (kernel.shape[0], kernel.shape[1], kernel.shape[2], kernel.shape[3])
  let window = WindowBox((kh, kw), (stride, stride), (padding, padding), (1, 1))
  window.check("convTransposed2d")
  guard outputPadding >= 0, outputPadding < max(2, stride) else {
    stop(
      "convTransposed2d: the output padding \(outputPadding) is not between 0 and the stride "
        + "\(stride)")
  }
  let common = DType.common(x.dtype, kernel.dtype)
  let type = common.floating
  let oh = (x.shape[1] - 1) * stride - 2 * padding + kh + outputPadding
  let ow = (x.shape[2] - 1) * stride - 2 * padding + kw + outputPadding
  guard oh > 0, ow > 0 else {
    stop(
      "convTransposed2d: padding \(padding) leaves nothing of images of \(x.shape[1]) × "
        + "\(x.shape[2]) and a kernel of \(kh) × \(kw)")
  }
  let result = convolvedInput(
    x.cast(to: type), kernel.cast(to: type).reshaped([kh * kw * c, d]), window,
    [x.shape[0], oh, ow, c])
  return common.isHalf ? result.cast(to: common) : result
}

private func correlated(_ x: Tensor, _ kernel: Tensor, _ window: WindowBox) -> Tensor {
  let common = DType.common(x.dtype, kernel.dtype)
  let type = common.floating
  let (width, d) = (kernel.shape[..<3].reduce(1, *), kernel.shape[3])
  let matrix = kernel.cast(to: type).reshaped([width, d])
  let images = x.cast(to: type)
  let isPointwise =
    window.kernel == (1, 1) && window.stride == (1, 1) && window.padding == (0, 0)
  let result = isPointwise ? matmul(images, matrix) : convolved(images, matrix, window)
  return common.isHalf ? result.cast(to: common) : result
}

/// Images `[n, h, w, c]` times a kernel `[kh·kw·c, d]`.
func convolved(_ x: Tensor, _ kernel: Tensor, _ window: WindowBox) -> Tensor {
  let (source, matrix) = (x.body.contiguous(), kernel.body.contiguous())
  let (oh, ow) = window.extents(x.shape[1], x.shape[2], "convolution")
  let out = Body([x.shape[0], oh, ow, kernel.shape[1]], x.dtype)
  var description = window.description(x.shape, oh, ow)
  vk_convolve(
    x.dtype.rawValue, &description, kernel.shape[1], out.data, source.data, matrix.data)
  return noted(.convolve, out, x, kernel, Attributes(object: window))
}

/// The transpose with respect to the images, which have the given shape.
func convolvedInput(_ y: Tensor, _ kernel: Tensor, _ window: WindowBox, _ shape: [Int]) -> Tensor {
  let (source, matrix) = (y.body.contiguous(), kernel.body.contiguous())
  let out = Body(shape, y.dtype)
  var description = window.description(shape, y.shape[1], y.shape[2])
  vk_convolve_input(
    y.dtype.rawValue, &description, kernel.shape[1], out.data, source.data, matrix.data)
  return noted(.convolveInput, out, y, kernel, Attributes(object: window))
}

/// The transpose with respect to the kernel.
func convolvedKernel(_ x: Tensor, _ y: Tensor, _ window: WindowBox) -> Tensor {
  let (images, results) = (x.body.contiguous(), y.body.contiguous())
  let width = window.kernel.0 * window.kernel.1 * x.shape[3]
  let out = Body([width, y.shape[3]], x.dtype)
  var description = window.description(x.shape, y.shape[1], y.shape[2])
  vk_convolve_kernel(
    x.dtype.rawValue, &description, y.shape[3], out.data, images.data, results.data)
  return noted(.convolveKernel, out, x, y, Attributes(object: window))
}
