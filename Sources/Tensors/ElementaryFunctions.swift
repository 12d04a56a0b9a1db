internal import _CVectorKernels

// Element-wise functions. Integers and masks are turned into float32 where the result is not an
// integer. Edge values are those of IEEE 754: log(0) = −∞, sqrt(−1) = NaN, exp(1000) = ∞.

/// |x|.
public func abs(_ x: Tensor) -> Tensor { plainFunction(VK_ABS, .absolute, x) }
/// −1, 0 or 1.
public func sign(_ x: Tensor) -> Tensor { piecewise(VK_SIGN, x) }

/// x², element by element.
public func square(_ x: Tensor) -> Tensor { plainFunction(VK_SQUARE, .square, x) }

/// √x; NaN below 0.
public func sqrt(_ x: Tensor) -> Tensor { realFunction(VK_SQRT, .squareRoot, x) }
/// 1/x.
public func reciprocal(_ x: Tensor) -> Tensor { realFunction(VK_RECIPROCAL, .reciprocal, x) }

/// eˣ; results below the smallest normal number are 0.
public func exp(_ x: Tensor) -> Tensor { realFunction(VK_EXP, .exp, x) }
/// eˣ − 1, accurate near 0.
public func expm1(_ x: Tensor) -> Tensor { realFunction(VK_EXPM1, .expm1, x) }

/// The natural logarithm; −∞ at 0, NaN below.
public func log(_ x: Tensor) -> Tensor { realFunction(VK_LOG, .log, x) }
/// log(1 + x), accurate near 0.
public func log1p(_ x: Tensor) -> Tensor { realFunction(VK_LOG1P, .log1p, x) }

/// The logarithm to the base 2.
public func log2(_ x: Tensor) -> Tensor { realFunction(VK_LOG2, .log2, x) }

/// The logarithm to the base 10.
public func log10(_ x: Tensor) -> Tensor { realFunction(VK_LOG10, .log10, x) }

/// The sine, of radians.
public func sin(_ x: Tensor) -> Tensor { realFunction(VK_SIN, .sin, x) }

/// The cosine, of radians.
public func cos(_ x: Tensor) -> Tensor { realFunction(VK_COS, .cos, x) }

/// The tangent, of radians.
public func tan(_ x: Tensor) -> Tensor { realFunction(VK_TAN, .tan, x) }

/// The arc sine, in radians; NaN outside of ±1.
public func asin(_ x: Tensor) -> Tensor { realFunction(VK_ASIN, .asin, x) }

/// The arc cosine, in radians; NaN outside of ±1.
public func acos(_ x: Tensor) -> Tensor { realFunction(VK_ACOS, .acos, x) }

/// The arc tangent, in radians.
public func atan(_ x: Tensor) -> Tensor { realFunction(VK_ATAN, .atan, x) }

/// The hyperbolic sine.
public func sinh(_ x: Tensor) -> Tensor { realFunction(VK_SINH, .sinh, x) }

/// The hyperbolic cosine.
public func cosh(_ x: Tensor) -> Tensor { realFunction(VK_COSH, .cosh, x) }

/// The inverse hyperbolic sine.
public func asinh(_ x: Tensor) -> Tensor { realFunction(VK_ASINH, .asinh, x) }

/// The inverse hyperbolic cosine; NaN below 1.
public func acosh(_ x: Tensor) -> Tensor { realFunction(VK_ACOSH, .acosh, x) }

/// The inverse hyperbolic tangent; NaN outside of ±1.
public func atanh(_ x: Tensor) -> Tensor { realFunction(VK_ATANH, .atanh, x) }

/// The hyperbolic tangent.
public func tanh(_ x: Tensor) -> Tensor { realFunction(VK_TANH, .tanh, x) }
/// 1 / (1 + e⁻ˣ), without overflow.
public func sigmoid(_ x: Tensor) -> Tensor { realFunction(VK_SIGMOID, .sigmoid, x) }
/// log(1 + eˣ), without overflow.
public func softplus(_ x: Tensor) -> Tensor { realFunction(VK_SOFTPLUS, .softplus, x) }
/// The error function.
public func erf(_ x: Tensor) -> Tensor { realFunction(VK_ERF, .erf, x) }
/// 1 − erf(x), with all its digits where erf(x) is near 1.
public func erfc(_ x: Tensor) -> Tensor { realFunction(VK_ERFC, .erfc, x) }
/// log |Γ(x)|.
public func logGamma(_ x: Tensor) -> Tensor { realFunction(VK_LGAMMA, .logGamma, x) }
/// ψ(x) = d/dx log Γ(x).
public func digamma(_ x: Tensor) -> Tensor { realFunction(VK_DIGAMMA, .digamma, x) }
/// max(x, 0); the derivative at 0 is 0.
public func relu(_ x: Tensor) -> Tensor { plainFunction(VK_RELU, .relu, x) }

/// ψ'(x).
public func trigamma(_ x: Tensor) -> Tensor { polygamma(1, x) }
/// The derivative of ψ of order `n`, at most 40; ψ itself for 0.
public func polygamma(_ n: Int, _ x: Tensor) -> Tensor {
  guard n >= 0 && n <= 40 else { stop("polygamma: order \(n); from 0 to 40") }
  if n == 0 { return digamma(x) }
  if x.dtype.isHalf { return x.widened { polygamma(n, $0) } }
  let real = x.cast(to: x.dtype.floating)
  if n == 1 {
    let out = unary(VK_TRIGAMMA, real.body, real.dtype)
    return noted(.polygamma, out, real, Attributes(axis: 1))
  }
  let source = real.body.contiguous()
  if let out = source.recorder?.polygamma(n, source) {
    return noted(.polygamma, out, real, Attributes(axis: n))
  }
  let out = Body(like: source, real.dtype)
  vk_polygamma_run(Int32(n), real.dtype.rawValue, out.count, out.data, source.data)
  return noted(.polygamma, out, real, Attributes(axis: n))
}

/// The largest whole number that is not above each element; its gradient is 0.
public func floor(_ x: Tensor) -> Tensor { piecewise(VK_FLOOR, x) }

/// The smallest whole number that is not below each element; its gradient is 0.
public func ceil(_ x: Tensor) -> Tensor { piecewise(VK_CEIL, x) }
/// To the nearest integer, ties to the even one.
public func round(_ x: Tensor) -> Tensor { piecewise(VK_ROUND, x) }
/// Towards 0.
public func trunc(_ x: Tensor) -> Tensor { piecewise(VK_TRUNC, x) }

/// Where elements are not a number.
public func isNaN(_ x: Tensor) -> Tensor { classified(VK_ISNAN, x) }

/// Where elements are ∞ or −∞.
public func isInfinite(_ x: Tensor) -> Tensor { classified(VK_ISINF, x) }

/// Where elements are neither NaN nor infinite.
public func isFinite(_ x: Tensor) -> Tensor { classified(VK_ISFINITE, x) }

/// x·sigmoid(x), also known as swish.
public func silu(_ x: Tensor) -> Tensor { x * sigmoid(x) }
/// x·Φ(x) with the exact normal distribution function (arXiv:1606.08415).
///
/// Φ through `erfc`: 1 + erf loses all digits of its left tail.
public func gelu(_ x: Tensor) -> Tensor { 0.5 * x * erfc(x * -0.7071067811865476) }
/// x where positive, slope·x elsewhere; the derivative at 0 is 1, as in JAX.
public func leakyRelu(_ x: Tensor, slope: Double = 0.01) -> Tensor {
  let real = x.dtype.isFloating ? x : x.cast(to: .float32)
  return which(real .>= 0, real, slope * real)
}
/// x where positive, α(eˣ − 1) elsewhere; the derivative at 0 is α, as in JAX.
public func elu(_ x: Tensor, alpha: Double = 1) -> Tensor {
  let real = x.dtype.isFloating ? x : x.cast(to: .float32)
  let isPositive = real .> 0
  return which(isPositive, real, alpha * expm1(which(isPositive, 0, real)))
}
/// log sigmoid(x), without overflow.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }

/// The larger of two, element by element; equal elements share the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
  arithmetic(VK_MAX, .maximum, a, b, "maximum")
}

/// The larger of a and b, element by element.
public func maximum(_ a: Tensor, _ b: some TensorScalar) -> Tensor {
  maximum(a, operand(b, beside: a))
}

/// The larger of a and b, element by element.
public func maximum(_ a: some TensorScalar, _ b: Tensor) -> Tensor {
  maximum(operand(a, beside: b), b)
}
/// The smaller of two, element by element; equal elements share the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
  arithmetic(VK_MIN, .minimum, a, b, "minimum")
}

/// The smaller of a and b, element by element.
public func minimum(_ a: Tensor, _ b: some TensorScalar) -> Tensor {
  minimum(a, operand(b, beside: a))
}

/// The smaller of a and b, element by element.
public func minimum(_ a: some TensorScalar, _ b: Tensor) -> Tensor {
  minimum(operand(a, beside: b), b)
}
/// The angle of the point (x, y).
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor {
  realArithmetic(VK_ATAN2, .atan2, y, x, "atan2")
}
/// ⌊a / b⌋; integers stay integers, and division by the integer 0 gives 0.
public func floorDivide(_ a: Tensor, _ b: Tensor) -> Tensor {
  arithmetic(VK_FLOORDIV, .leaf, a.plain, b.plain, "floorDivide")
}
/// ⌊a / b⌋ for one number b.
public func floorDivide(_ a: Tensor, _ b: some TensorScalar) -> Tensor {
  floorDivide(a, operand(b, beside: a))
}
/// ⌊a / b⌋ for one number a.
public func floorDivide(_ a: some TensorScalar, _ b: Tensor) -> Tensor {
  floorDivide(operand(a, beside: b), b)
}
/// log(eᵃ + eᵇ), without overflow; infinities are those of NumPy.
public func logAddExp(_ a: Tensor, _ b: Tensor) -> Tensor {
  let type = DType.common(a.dtype, b.dtype)
  let (x, y) = (a.cast(to: type.floating), b.cast(to: type.floating))
  // Equal infinities differ by 0.
  @Sendable func gap(_ x: Tensor, _ y: Tensor) -> Tensor {
    which((x.plain .== y.plain) .& isInfinite(x.plain), 0, x - y)
  }
  let result = customOperation([x, y]) { v in
    maximum(v[0], v[1]) + softplus(-abs(gap(v[0], v[1])))
  } gradient: { v, _, g in
    let difference = gap(v[0], v[1])
    return [g * sigmoid(difference), g * sigmoid(-difference)]
  }
  return type.isHalf ? result.cast(to: type) : result
}

/// `a` where the mask holds, `b` elsewhere; all three are broadcast.
public func which(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  let (x, y) = promoted(a, b)
  let condition = mask.body.cast(to: .bool)
  let shape = broadcastShape(
    broadcastShape(x.shape, y.shape, "which"), condition.shape, "which")
  if let recorder = tracer(condition, x.body, y.body),
    let out = recorder.choice(condition, x.body, y.body, shape)
  {
    guard x.dtype.isFloating else { return Tensor(out) }
    return noted(.select, out, x, y, Attributes(object: condition))
  }
  let out = Body(shape, x.dtype)
  if out.count > 0 {
    let (c, p, q) = (condition.bound(UInt8.self), x.body.data, y.body.data)
    let stepsC = stretchedStrides(condition, to: shape)
    let (stepsX, stepsY) = (
      stretchedStrides(x.body, to: shape), stretchedStrides(y.body, to: shape)
    )
    vk_where(
      x.dtype.rawValue, Int32(shape.count), shape, out.data, c, stepsC, p, stepsX, q, stepsY)
  }
  guard x.dtype.isFloating else { return Tensor(out) }
  return noted(.select, out, x, y, Attributes(object: condition))
}

/// `a` where the mask is true, `b` elsewhere.
public func which(_ mask: Tensor, _ a: Tensor, _ b: some TensorScalar) -> Tensor {
  which(mask, a, operand(b, beside: a))
}

/// `a` where the mask is true, `b` elsewhere.
public func which(_ mask: Tensor, _ a: some TensorScalar, _ b: Tensor) -> Tensor {
  which(mask, operand(a, beside: b), b)
}

/// Elements moved into [low, high]; the gradient is 0 outside.
public func clip(_ x: Tensor, _ low: some TensorScalar, _ high: some TensorScalar) -> Tensor {
  which((x .< low) .| (x .> high), minimum(maximum(x.plain, low), high), x)
}

/// The same with bounds for each element, broadcast; gradients flow to the bounds where they hold.
public func clip(_ x: Tensor, _ low: Tensor, _ high: Tensor) -> Tensor {
  minimum(maximum(x, low), high)
}

/// Functions that are constant almost everywhere: gradients stop.
private func piecewise(_ op: vk_unary, _ x: Tensor) -> Tensor {
  if x.dtype.isHalf { return x.widened { piecewise(op, $0) } }
  if x.dtype.isFloating { return Tensor(unary(op, x.body, x.dtype)) }
  let type = x.dtype == .bool ? DType.int32 : x.dtype
  return Tensor(unary(op, x.body.cast(to: type), type))
}

private func classified(_ op: vk_unary, _ x: Tensor) -> Tensor {
  Tensor(unary(op, x.body.cast(to: x.dtype.floating), .bool))
}

// Factors of derivatives that would otherwise take three passes.
/// g/cosh²(x).
package func tanhGradient(_ g: Tensor, _ x: Tensor) -> Tensor {
  arithmetic(VK_TANH_GRAD, .tanhGradient, g, x, "tanh")
}
package func sigmoidGradient(_ g: Tensor, _ y: Tensor) -> Tensor {
  arithmetic(VK_SIGMOID_GRAD, .sigmoidGradient, g, y, "sigmoid")
}
package func reluGradient(_ g: Tensor, _ y: Tensor) -> Tensor {
  arithmetic(VK_RELU_GRAD, .reluGradient, g, y, "relu")
}
