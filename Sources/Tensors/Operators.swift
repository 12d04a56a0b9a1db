internal import _CVectorKernels

/// Binds tighter than products, and to the right: `2 * x ** 2`, `a ** b ** c`.
precedencegroup ExponentiationPrecedence {
  higherThan: BitwiseShiftPrecedence
  associativity: right
}

/// A power: `x ** 2`.
infix operator ** : ExponentiationPrecedence

extension Tensor {
  /// The sum, element by element, with broadcasting.
  public static func + (a: Tensor, b: Tensor) -> Tensor { arithmetic(VK_ADD, .add, a, b, "+") }

  /// The difference, element by element, with broadcasting.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    arithmetic(VK_SUB, .subtract, a, b, "-")
  }
  /// Element-wise product; for the product of matrices see ``matmul(_:_:)``.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    arithmetic(VK_MUL, .multiply, a, b, "*")
  }
  /// True division: integers give `float32`.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    realArithmetic(VK_DIV, .divide, a, b, "/")
  }
  /// The remainder with the divisor's sign, as in Python.
  public static func % (a: Tensor, b: Tensor) -> Tensor {
    arithmetic(VK_MOD, .remainder, a, b, "%")
  }

  /// The power, element by element, with broadcasting.
  public static func ** (a: Tensor, b: Tensor) -> Tensor {
    arithmetic(VK_POW, .power, a, b, "**")
  }

  /// The sum, element by element, with broadcasting.
  public static func + (a: Tensor, b: some TensorScalar) -> Tensor { a + operand(b, beside: a) }

  /// The difference, element by element, with broadcasting.
  public static func - (a: Tensor, b: some TensorScalar) -> Tensor { a - operand(b, beside: a) }

  /// The product, element by element, with broadcasting.
  public static func * (a: Tensor, b: some TensorScalar) -> Tensor { a * operand(b, beside: a) }

  /// The quotient, element by element, with broadcasting.
  public static func / (a: Tensor, b: some TensorScalar) -> Tensor { a / operand(b, beside: a) }

  /// The remainder, element by element, with broadcasting.
  public static func % (a: Tensor, b: some TensorScalar) -> Tensor { a % operand(b, beside: a) }
  /// A power with a plain exponent; 2, 3, 0.5 and −1 take short ways.
  public static func ** (a: Tensor, b: some TensorScalar) -> Tensor {
    if !a.dtype.isFloating {
      return b._integer != nil ? a ** operand(b, beside: a) : a.cast(to: .float32) ** b
    }
    return switch b._double {
    case 1: a
    case 2: square(a)
    case 3: a * square(a)
    case 0.5: sqrt(a)
    case -1: reciprocal(a)
    default: a ** operand(b, beside: a)
    }
  }

  /// The sum, element by element, with broadcasting.
  public static func + (a: some TensorScalar, b: Tensor) -> Tensor { operand(a, beside: b) + b }

  /// The difference, element by element, with broadcasting.
  public static func - (a: some TensorScalar, b: Tensor) -> Tensor { operand(a, beside: b) - b }

  /// The product, element by element, with broadcasting.
  public static func * (a: some TensorScalar, b: Tensor) -> Tensor { operand(a, beside: b) * b }

  /// The quotient, element by element, with broadcasting.
  public static func / (a: some TensorScalar, b: Tensor) -> Tensor { operand(a, beside: b) / b }

  /// The remainder, element by element, with broadcasting.
  public static func % (a: some TensorScalar, b: Tensor) -> Tensor { operand(a, beside: b) % b }

  /// The power, element by element, with broadcasting.
  public static func ** (a: some TensorScalar, b: Tensor) -> Tensor { operand(a, beside: b) ** b }

  // So that `.pi` and other members of Double are found beside a tensor, and `log(2 * .pi)` is of
  // one type there.
  /// The sum, element by element, with broadcasting.
  public static func + (a: Tensor, b: Double) -> Tensor { a + operand(b, beside: a) }

  /// The sum, element by element, with broadcasting.
  public static func + (a: Double, b: Tensor) -> Tensor { operand(a, beside: b) + b }

  /// The difference, element by element, with broadcasting.
  public static func - (a: Tensor, b: Double) -> Tensor { a - operand(b, beside: a) }

  /// The difference, element by element, with broadcasting.
  public static func - (a: Double, b: Tensor) -> Tensor { operand(a, beside: b) - b }

  /// The product, element by element, with broadcasting.
  public static func * (a: Tensor, b: Double) -> Tensor { a * operand(b, beside: a) }

  /// The product, element by element, with broadcasting.
  public static func * (a: Double, b: Tensor) -> Tensor { operand(a, beside: b) * b }

  /// The quotient, element by element, with broadcasting.
  public static func / (a: Tensor, b: Double) -> Tensor { a / operand(b, beside: a) }

  /// The quotient, element by element, with broadcasting.
  public static func / (a: Double, b: Tensor) -> Tensor { operand(a, beside: b) / b }

  /// x with its sign changed.
  public static prefix func - (x: Tensor) -> Tensor { plainFunction(VK_NEG, .negate, x) }

  /// x itself.
  public static prefix func + (x: Tensor) -> Tensor { x }

  /// Adds b.
  public static func += (a: inout Tensor, b: Tensor) {
    if a.scope | b.scope == 0 && a.dtype == b.dtype && a.dtype == a.dtype.floating
      && a.body.isContiguous && b.body.isContiguous && a.shape == b.shape && !a.body.isTraced
      && !b.body.isTraced
      && a.isUnique()
    {
      vk_axpy(a.dtype.rawValue, a.size, 1, b.body.data, a.body.data)
    } else {
      a = a + b
    }
  }

  /// Subtracts b.
  public static func -= (a: inout Tensor, b: Tensor) {
    if a.scope | b.scope == 0 && a.dtype == b.dtype && a.dtype == a.dtype.floating
      && a.body.isContiguous && b.body.isContiguous && a.shape == b.shape && !a.body.isTraced
      && !b.body.isTraced
      && a.isUnique()
    {
      vk_axpy(a.dtype.rawValue, a.size, -1, b.body.data, a.body.data)
    } else {
      a = a - b
    }
  }

  /// Multiplies by b.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }

  /// Divides by b.
  public static func /= (a: inout Tensor, b: Tensor) { a = a / b }

  /// Adds b.
  public static func += (a: inout Tensor, b: some TensorScalar) { a = a + b }

  /// Subtracts b.
  public static func -= (a: inout Tensor, b: some TensorScalar) { a = a - b }

  /// Multiplies by b.
  public static func *= (a: inout Tensor, b: some TensorScalar) { a = a * b }

  /// Divides by b.
  public static func /= (a: inout Tensor, b: some TensorScalar) { a = a / b }
}

// Comparisons give masks; `==` itself compares whole tensors.
extension Tensor {
  /// Where elements are equal, with broadcasting.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { comparison(VK_EQ, a, b, ".==") }

  /// Where elements differ, with broadcasting.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { comparison(VK_NE, a, b, ".!=") }

  /// Where elements of a are below those of b, with broadcasting.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { comparison(VK_LT, a, b, ".<") }

  /// Where elements of a are not above those of b, with broadcasting.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { comparison(VK_LE, a, b, ".<=") }

  /// Where elements of a are above those of b, with broadcasting.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { comparison(VK_GT, a, b, ".>") }

  /// Where elements of a are not below those of b, with broadcasting.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { comparison(VK_GE, a, b, ".>=") }

  /// Where elements are equal, with broadcasting.
  public static func .== (a: Tensor, b: some TensorScalar) -> Tensor {
    a .== comparand(b, beside: a)
  }

  /// Where elements differ, with broadcasting.
  public static func .!= (a: Tensor, b: some TensorScalar) -> Tensor {
    a .!= comparand(b, beside: a)
  }

  /// Where elements of a are below those of b, with broadcasting.
  public static func .< (a: Tensor, b: some TensorScalar) -> Tensor { a .< comparand(b, beside: a) }

  /// Where elements of a are not above those of b, with broadcasting.
  public static func .<= (a: Tensor, b: some TensorScalar) -> Tensor {
    a .<= comparand(b, beside: a)
  }

  /// Where elements of a are above those of b, with broadcasting.
  public static func .> (a: Tensor, b: some TensorScalar) -> Tensor { a .> comparand(b, beside: a) }

  /// Where elements of a are not below those of b, with broadcasting.
  public static func .>= (a: Tensor, b: some TensorScalar) -> Tensor {
    a .>= comparand(b, beside: a)
  }

  /// Both, of masks; bit by bit of integers.
  public static func .& (a: Tensor, b: Tensor) -> Tensor { logical(VK_AND, a, b, ".&") }
  /// Either, of masks; bit by bit of integers.
  public static func .| (a: Tensor, b: Tensor) -> Tensor { logical(VK_OR, a, b, ".|") }
  /// Exactly one, of masks; bit by bit of integers.
  public static func .^ (a: Tensor, b: Tensor) -> Tensor { logical(VK_XOR, a, b, ".^") }
  /// The opposite mask.
  public static prefix func .! (x: Tensor) -> Tensor {
    Tensor(
      unary(
        VK_NOT, x.dtype.isFloating ? x.body.cast(to: .bool) : x.body,
        x.dtype.isFloating ? .bool : x.dtype))
  }

  private static func logical(_ op: vk_binary, _ a: Tensor, _ b: Tensor, _ name: StaticString)
    -> Tensor
  {
    let (x, y) = promoted(a.plain, b.plain)
    guard !x.dtype.isFloating else { stop("\(name): masks or integers, not \(x.dtype)") }
    return Tensor(binary(op, x.body, y.body, x.dtype, name))
  }
}

// Steps of optimisers, in place where this tensor alone holds its elements.
extension Tensor {
  /// Elements that may be written: a copy where others look at them or their order is not simple.
  mutating func makeWritable() {
    if scope == 0 && body.isContiguous && isUnique() { return }
    let copy = Body(like: body, dtype)
    let source = body.contiguous()
    copy.data.copyMemory(from: source.data, byteCount: size * dtype.byteCount)
    self = Tensor(copy)
  }

  /// self += factor·x.
  public mutating func _add(_ x: Tensor, times factor: Double) {
    guard scope | x.scope == 0, x.shape == shape, x.dtype == dtype, dtype == dtype.floating
    else {
      guard x.shape == shape else {
        stop("update: a gradient of shape \(x.shape) for a parameter of shape \(shape)")
      }
      self = self + factor * x
      return
    }
    makeWritable()
    let source = x.body.contiguous()
    vk_axpy(dtype.rawValue, size, factor, source.data, body.data)
  }

  /// One step of Adam; gradients do not flow through it.
  public mutating func _adam(
    _ gradient: Tensor, _ mean: inout Tensor, _ squares: inout Tensor, _ rate: Double,
    _ beta1: Double, _ beta2: Double, _ epsilon: Double, _ decay: Double, _ scale1: Double,
    _ scale2: Double
  ) {
    guard gradient.shape == shape, mean.shape == shape, squares.shape == shape else {
      stop("Adam: a gradient of shape \(gradient.shape) for a parameter of shape \(shape)")
    }
    guard dtype == dtype.floating else {
      stop("Adam: parameters of type \(dtype); train in float32, and cast what is stored")
    }
    makeWritable()
    mean.makeWritable()
    squares.makeWritable()
    let g = gradient.cast(to: dtype).body.contiguous()
    vk_adam(
      dtype.rawValue, size, body.data, g.data, mean.body.data, squares.body.data, rate, beta1,
      beta2, epsilon, decay, scale1, scale2)
  }
}
