internal import _CVectorKernels

// Discrete Fourier transforms, any length, differentiable.
//
// Complex numbers are pairs: a last axis of extent 2 holds the real and the imaginary part. Every
// other operation on tensors then works on them, too, and gradients need no convention of their
// own. An `axis` counts without that last one: −1 is the axis before it.

/// Σⱼ x[j]·exp(−2πi·jk/n) along an axis of complex numbers.
///
/// - Shapes: `[…, n, 2]` → `[…, n, 2]`.
/// - Complexity: n log n for each row; lengths with a prime factor above 13 take about eight times
///   as long as others.
public func fft(_ x: Tensor, axis: Int = -1) -> Tensor {
  transformed(x, axis, "fft") { fourier($0, sign: -1) }
}

/// The inverse of ``fft(_:axis:)``.
///
/// - Shapes: `[…, n, 2]` → `[…, n, 2]`.
public func ifft(_ x: Tensor, axis: Int = -1) -> Tensor {
  transformed(x, axis, "ifft") { fourier($0, sign: 1) / Double(max(1, $0.dim(-2))) }
}

/// The first half of the transform of real numbers; the other half is its mirror image.
///
/// ```swift
/// let spectrum = rfft(signal)                          // [n/2 + 1, 2]
/// let power = square(spectrum).sum(axis: -1)
/// ```
///
/// - Shapes: `[…, n]` → `[…, n/2 + 1, 2]`.
public func rfft(_ x: Tensor, axis: Int = -1) -> Tensor {
  let a = checkedAxis(axis, x.ndim, "rfft")
  guard x.shape[a] > 0 else { stop("rfft: no elements along axis \(axis) of shape \(x.shape)") }
  let real = x.cast(to: x.dtype.floating)
  let pairs = stack([real, real.zerosLike()], axis: -1)
  return transformed(pairs, a, "rfft") { z in
    let n = z.dim(-2)
    return fourier(z, sign: -1).sliced(axis: z.ndim - 2, from: 0, count: n / 2 + 1, step: 1)
  }
}

/// The inverse of ``rfft(_:axis:)``: real numbers.
///
/// Imaginary parts of the first element, and of the last for an even count, do not matter.
///
/// - Parameter count: elements of the result; twice what is given, less two, unless said otherwise.
/// - Shapes: `[…, count/2 + 1, 2]` → `[…, count]`.
public func irfft(_ x: Tensor, count: Int? = nil, axis: Int = -1) -> Tensor {
  guard x.ndim >= 2 else { stop("irfft: pairs […, n, 2], not shape \(x.shape)") }
  let a = checkedAxis(axis, x.ndim - 1, "irfft")
  let n = count ?? 2 * (x.shape[a] - 1)
  guard n > 0, n / 2 + 1 <= x.shape[a] else {
    stop("irfft: \(n) elements need \(n / 2 + 1) frequencies, not shape \(x.shape)")
  }
  let whole = transformed(x, a, "irfft") { z in
    let last = z.ndim - 2
    let half = z.sliced(axis: last, from: 0, count: n / 2 + 1, step: 1)
    let mirrored = half.sliced(axis: last, from: 1, count: (n - 1) / 2, step: 1)
      .flipped(axes: [last])
    let conjugate = Tensor([1.0, -1.0], dtype: z.dtype)
    return fourier(concatenate([half, mirrored * conjugate], axis: last), sign: 1) / Double(n)
  }
  return whole[.ellipsis, 0]
}

/// The frequencies of ``rfft(_:axis:)`` in cycles per sample (times `rate`, per unit of time).
public func rfftFrequencies(_ count: Int, rate: Double = 1) -> Tensor {
  Tensor.arange(count / 2 + 1, dtype: .float32) * (rate / Double(max(1, count)))
}

/// Brings an axis of pairs to the end, and back.
private func transformed(
  _ x: Tensor, _ axis: Int, _ name: String, _ body: (Tensor) -> Tensor
) -> Tensor {
  guard x.ndim >= 2, x.shape[x.ndim - 1] == 2 else {
    stop("\(name): pairs of real and imaginary parts […, n, 2], not shape \(x.shape)")
  }
  let a = checkedAxis(axis, x.ndim - 1, name)
  let z = x.cast(to: x.dtype.floating)
  if a == x.ndim - 2 { return body(z) }
  return body(z.movedAxis(a, to: -2)).movedAxis(-2, to: a)
}

/// The transform without a factor, over the last axis but one.
func fourier(_ x: Tensor, sign: Int) -> Tensor {
  let source = x.body.contiguous()
  let out = Body(like: source, x.dtype)
  let n = x.shape[x.ndim - 2]
  vk_fourier(
    x.dtype.rawValue, Int32(sign), n == 0 ? 0 : x.size / (2 * n), n, out.data, source.data)
  return noted(.fourier, out, x, Attributes(axis: sign))
}
