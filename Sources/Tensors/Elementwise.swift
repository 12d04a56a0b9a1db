internal import _CVectorKernels

/// Runs an element-wise function of one operand.
@inline(never)
func unary(_ op: vk_unary, _ x: Body, _ type: DType) -> Body {
  if !x.isTraced, let waiting = Fusion.unary(op, x, type) { return waiting }
  if !x.isContiguous && x.isSingle { return Body(repeating: unary(op, x.single, type), as: x) }
  if let recorded = x.recorder?.unary(op, x, type) { return recorded }
  let out = Body(like: x, type)
  if x.isContiguous {
    vk_unary_flat(Int32(op.rawValue), x.dtype.rawValue, x.count, out.data, x.data)
  } else if x.count > 0 {
    let code = Int32(op.rawValue)
    vk_unary(code, x.dtype.rawValue, Int32(x.shape.count), x.shape, out.data, x.data, x.strides)
  }
  return out
}

/// An element-wise function of real numbers; integers are turned into `float32` first.
func realFunction(_ op: vk_unary, _ primitive: Primitive, _ x: Tensor) -> Tensor {
  if x.dtype.isHalf { return x.widened { realFunction(op, primitive, $0) } }
  if x.dtype.isFloating { return noted(primitive, unary(op, x.body, x.dtype), x) }
  return Tensor(unary(op, x.body.cast(to: .float32), .float32))
}

/// An element-wise function that keeps integers.
func plainFunction(_ op: vk_unary, _ primitive: Primitive, _ x: Tensor) -> Tensor {
  if x.dtype.isHalf { return x.widened { plainFunction(op, primitive, $0) } }
  if x.dtype.isFloating { return noted(primitive, unary(op, x.body, x.dtype), x) }
  let operand = x.dtype == .bool ? x.body.cast(to: .int32) : x.body
  return Tensor(unary(op, operand, operand.dtype))
}

/// Runs an element-wise function of two operands of one type.
@inline(never)
func binary(_ op: vk_binary, _ a: Body, _ b: Body, _ out: DType, _ name: StaticString) -> Body {
  if a.isTraced || b.isTraced {
    if let recorded = recordedBinary(op, a, b, out, name) { return recorded }
  } else if let waiting = Fusion.binary(op, a, b, out) {
    return waiting
  }
  let code = Int32(op.rawValue)
  let type = a.dtype.rawValue
  if a.isContiguous && b.isContiguous {
    if a.shape == b.shape {
      let result = Body(like: a, out)
      vk_binary_flat(code, type, a.count, result.data, a.data, 1, b.data, 1)
      return result
    }
    if b.count == 1 && b.shape.count <= a.shape.count {
      let result = Body(like: a, out)
      vk_binary_flat(code, type, a.count, result.data, a.data, 1, b.data, 0)
      return result
    }
    if a.count == 1 && a.shape.count <= b.shape.count {
      let result = Body(like: b, out)
      vk_binary_flat(code, type, b.count, result.data, a.data, 0, b.data, 1)
      return result
    }
  }
  if a.isSingle && b.isSingle && (a.shape == b.shape || b.count == 1 && b.shape.isEmpty) {
    return Body(repeating: binary(op, a.single, b.single, out, name), as: a)
  }
  if a.count == 1 && a.shape.isEmpty && b.isSingle {
    return Body(repeating: binary(op, a, b.single, out, name), as: b)
  }
  let shape = broadcastShape(a.shape, b.shape, "\(name)")
  let result = Body(shape, out)
  if result.count == 0 { return result }
  let (stepsA, stepsB) = (stretchedStrides(a, to: shape), stretchedStrides(b, to: shape))
  vk_binary(
    code, type, Int32(shape.count), shape, result.data, a.data, stepsA, b.data, stepsB)
  return result
}

/// The same while it is recorded.
private func recordedBinary(
  _ op: vk_binary, _ a: Body, _ b: Body, _ out: DType, _ name: StaticString
)
  -> Body?
{
  guard let recorder = tracer(a, b) else { return nil }
  if a.isContiguous && b.isContiguous {
    if a.shape == b.shape { return recorder.binary(op, a, 1, b, 1, out, like: a) }
    if b.count == 1 && b.shape.count <= a.shape.count {
      return recorder.binary(op, a, 1, b, 0, out, like: a)
    }
    if a.count == 1 && a.shape.count <= b.shape.count {
      return recorder.binary(op, a, 0, b, 1, out, like: b)
    }
  }
  if a.isSingle && b.isSingle && (a.shape == b.shape || b.count == 1 && b.shape.isEmpty) {
    return Body(repeating: binary(op, a.single, b.single, out, name), as: a)
  }
  if a.count == 1 && a.shape.isEmpty && b.isSingle {
    return Body(repeating: binary(op, a, b.single, out, name), as: b)
  }
  return recorder.binary(op, a, b, out, broadcastShape(a.shape, b.shape, "\(name)"))
}

/// Both operands as their common type.
@inline(__always)
func promoted(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
  if a.dtype == b.dtype { return (a, b) }
  let type = DType.common(a.dtype, b.dtype)
  return (a.cast(to: type), b.cast(to: type))
}

/// What masks have no meaning for, as in NumPy.
@inline(never)
private func refuseMasks(_ name: StaticString) -> Never {
  let instead =
    name.description == "-" ? "a .^ b says where masks differ; for numbers write " : "write "
  stop("\(name): masks have none; \(instead)mask.cast(to: .int32)")
}

/// Exponents of integers; a negative one would leave them.
private func checkExponents(_ exponents: Body) {
  guard exponents.dtype != .uint8, exponents.count > 0 else { return }
  let least = reduce(VK_RMIN, exponents, Array(exponents.shape.indices), [])
  guard least.integer(at: 0) >= 0 else {
    stop(
      "**: integers to the negative power \(least.integer(at: 0)); write "
        + "x.cast(to: .float32) first")
  }
}

func arithmetic(
  _ op: vk_binary, _ primitive: Primitive, _ a: Tensor, _ b: Tensor, _ name: StaticString
) -> Tensor {
  let (x, y) = promoted(a, b)
  if !x.dtype.isFloating || x.dtype.isHalf {
    if x.dtype.isHalf {
      return arithmetic(op, primitive, x.cast(to: .float32), y.cast(to: .float32), name)
        .cast(to: x.dtype)
    }
    if x.dtype == .bool && (op == VK_SUB || op == VK_MOD || op == VK_POW || op == VK_FLOORDIV) {
      refuseMasks(name)
    }
    if op == VK_POW { checkExponents(y.body) }
  }
  let result = binary(op, x.body, y.body, x.dtype, name)
  return x.dtype.isFloating ? noted(primitive, result, x, y) : Tensor(result)
}

/// Division and powers of integers that leave the integers.
func realArithmetic(
  _ op: vk_binary, _ primitive: Primitive, _ a: Tensor, _ b: Tensor, _ name: StaticString
) -> Tensor {
  let common = DType.common(a.dtype, b.dtype)
  let type = common.floating
  let (x, y) = (a.cast(to: type), b.cast(to: type))
  let result = noted(primitive, binary(op, x.body, y.body, type, name), x, y)
  return common.isHalf ? result.cast(to: common) : result
}

func comparison(_ op: vk_binary, _ a: Tensor, _ b: Tensor, _ name: StaticString) -> Tensor {
  var (x, y) = promoted(a.plain, b.plain)
  if x.dtype.isHalf { (x, y) = (x.cast(to: .float32), y.cast(to: .float32)) }
  return Tensor(binary(op, x.body, y.body, .bool, name))
}

/// A plain number as an operand beside `x`.
@inline(__always)
func operand<Scalar: TensorScalar>(_ value: Scalar, beside x: Tensor) -> Tensor {
  let type = x.dtype
  if type.isFloating { return Tensor(.scalar(value._double, type)) }
  guard let whole = value._integer else {
    return Tensor(.scalar(value._double, max(type, Scalar._dtype)))
  }
  // A whole number takes the type of integers beside it; beside a mask it brings its own.
  return Tensor(.scalar(whole, type == .bool ? Scalar._dtype : type))
}

/// A plain number that is only compared: it may lie outside of the type's range.
@inline(__always)
func comparand<Scalar: TensorScalar>(_ value: Scalar, beside x: Tensor) -> Tensor {
  if let whole = value._integer, let range = x.dtype.range, !range.contains(whole) {
    return Tensor(.scalar(whole, .int64))
  }
  return operand(value, beside: x)
}

extension Tensor {
  /// What a function makes of halves: computed in `float32`, and rounded.
  func widened(_ function: (Tensor) -> Tensor) -> Tensor {
    function(cast(to: .float32)).cast(to: dtype)
  }

  /// Whether this is the only tensor that looks at its memory, so that it may be written in place.
  mutating func isUnique() -> Bool {
    guard isKnownUniquelyReferenced(&body) else { return false }
    return body.hasOwnStorage()
  }
}
