/// Opens a differentiation with respect to the parameters of `argument`, calls `body` with them
/// marked, and closes it again, whatever happens.
func differentiating<M: Model, Result>(
  _ argument: M, _ body: (Tape, M, Int) throws -> Result
) rethrows -> Result {
  let tape = Tape.begin()
  defer { tape.end() }
  if let tensor = argument as? Tensor {
    guard tensor.dtype.isFloating else { refuse(tensor) }
    guard let marked = tape.leaf(tensor) as? M else { stop("gradient: internal") }
    return try body(tape, marked, 1)
  }
  var marked = argument
  var count = 0
  marked.updateParameters { (tensor: inout Tensor) in
    guard tensor.dtype.isFloating else { refuse(tensor) }
    tensor = tape.leaf(tensor)
    count += 1
  }
  return try body(tape, marked, count)
}

private func refuse(_ tensor: Tensor) -> Never {
  stop(
    "gradient: \(tensor.dtype) values of shape \(tensor.shape) have no derivatives; "
      + "write floats, as in Tensor([1.0, 2.0])")
}

private func scalarSeed(_ output: Tensor, _ name: String) -> Tensor {
  guard output.size == 1 else {
    stop(
      "\(name): the function returned shape \(output.shape), not one number; sum it, or ask for "
        + "the jacobian")
  }
  guard output.dtype.isFloating else { stop("\(name): the function returned \(output.dtype)") }
  return Tensor(.filled(output.shape, output.dtype, 1))
}

private func rebuilt<M: Model>(_ argument: M, _ gradients: [Tensor?]) -> M {
  if let tensor = argument as? Tensor, let same = (gradients[0] ?? tensor.zerosLike()) as? M {
    return same
  }
  var result = argument
  var next = 0
  result.updateParameters { (tensor: inout Tensor) in
    tensor = gradients[next] ?? tensor.zerosLike()
    next += 1
  }
  return result
}

/// A function's value and its gradient.
///
/// ```swift
/// let (loss, slope) = valueAndGradient(at: model) { model in mean(square(model(x) - y)) }
/// ```
///
/// - Parameter argument: a tensor, or a model; the gradient has the same type.
/// - Returns: zeros for parameters that the value does not depend on.
/// - Complexity: a small multiple of the function itself.
public func valueAndGradient<M: Model>(at argument: M, of function: (M) throws -> Tensor) rethrows
  -> (value: Tensor, gradient: M)
{
  try differentiated(argument, wantsValue: true, function)
}

/// - Parameter wantsValue: whether the value is used; without it, it may not even be computed.
private func differentiated<M: Model>(
  _ argument: M, wantsValue: Bool, _ function: (M) throws -> Tensor
) rethrows -> (value: Tensor, gradient: M) {
  try differentiating(argument) { tape, marked, count in
    let isOutermost = tape.scopes.count == 1
    if isOutermost { tape.putsSumsOff = !wantsValue }
    defer { if isOutermost { tape.putsSumsOff = false } }
    var output = try function(marked)
    let seed = scalarSeed(output, "gradient")
    let value = wantsValue ? tape.strip(output, below: tape.scopes.count - 1) : seed
    let gradients = tape.pullBack(output, seed, leaves: count)
    // Results wait for a reader only while an outer differentiation may go on with them.
    if isOutermost {
      let isKept = wantsValue || !isKnownUniquelyReferenced(&output.body)
      // A value that nobody asks for lets go of what it is made of.
      if !isKept { output = seed }
      for gradient in gradients { gradient?.evaluated() }
      // Somebody keeps it, who would keep what it is made of, too.
      if !wantsValue && isKept { output.evaluated() }
    }
    return (value, rebuilt(argument, gradients))
  }
}

/// The gradient of a function whose value is one number.
///
/// ```swift
/// gradient(at: Tensor([1.0, 2.0])) { x in sum(x ** 3) }   // [3, 12]
/// ```
///
/// Gradients nest: the function may itself contain gradients.
public func gradient<M: Model>(at argument: M, of function: (M) throws -> Tensor) rethrows -> M {
  try differentiated(argument, wantsValue: false, function).gradient
}

/// The gradient as a function.
///
/// ```swift
/// let df = gradient(of: { x in x * x * x })
/// let ddf = gradient(of: df)
/// ```
public func gradient(of function: @escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor {
  { x in gradient(at: x, of: function) }
}

/// Two arguments as one model.
struct Pair<A: Model, B: Model>: Model {
  var a: A
  var b: B
}

struct Triple<A: Model, B: Model, C: Model>: Model {
  var a: A
  var b: B
  var c: C
}

/// Value and gradients of a function of two arguments.
public func valueAndGradient<A: Model, B: Model>(
  at a: A, _ b: B, of function: (A, B) throws -> Tensor
) rethrows -> (value: Tensor, gradients: (A, B)) {
  let (value, g) = try valueAndGradient(at: Pair(a: a, b: b)) { p in try function(p.a, p.b) }
  return (value, (g.a, g.b))
}

/// Gradients of a function of two arguments.
public func gradient<A: Model, B: Model>(
  at a: A, _ b: B, of function: (A, B) throws -> Tensor
) rethrows -> (A, B) {
  try valueAndGradient(at: a, b, of: function).gradients
}

/// Value and gradients of a function of three arguments.
public func valueAndGradient<A: Model, B: Model, C: Model>(
  at a: A, _ b: B, _ c: C, of function: (A, B, C) throws -> Tensor
) rethrows -> (value: Tensor, gradients: (A, B, C)) {
  let (value, g) = try valueAndGradient(at: Triple(a: a, b: b, c: c)) { p in
    try function(p.a, p.b, p.c)
  }
  return (value, (g.a, g.b, g.c))
}

/// Gradients of a function of three arguments.
public func gradient<A: Model, B: Model, C: Model>(
  at a: A, _ b: B, _ c: C, of function: (A, B, C) throws -> Tensor
) rethrows -> (A, B, C) {
  try valueAndGradient(at: a, b, c, of: function).gradients
}

/// A function's value, and the map from a gradient of the value to a gradient of the argument
/// (`u ↦ Jᵀu`), which may be called many times, also later.
public func vjp<M: Model>(_ function: (M) throws -> Tensor, at argument: M) rethrows
  -> (value: Tensor, pullback: (Tensor) -> M)
{
  let (output, segment, count): (Tensor, Segment, Int) = try differentiating(argument) {
    tape, marked, count in
    let output = try function(marked)
    let level = tape.scopes.count - 1
    let start = tape.scopes[level].start
    let depends = tape.mask(of: output) >> UInt64(level) & 1 == 1
    let kept = depends ? ContiguousArray(tape.entries[start...output.index]) : []
    return (
      output, Segment(entries: kept, start: start, level: level, scope: tape.scopes[level].id),
      count
    )
  }
  let value = Tape.current.map { $0.strip(output, below: $0.scopes.count) } ?? output.plain
  return (
    value,
    { seed in
      guard seed.shape == output.shape else {
        stop("pullback: shape \(seed.shape) for a value of shape \(output.shape)")
      }
      return rebuilt(
        argument, Tape.pullBack(segment, output, seed.cast(to: output.dtype), leaves: count))
    }
  )
}

/// A function's value and its derivative in a direction (`J·v`).
///
/// Computed by transposing the transposed Jacobian, which is linear: every rule of the table then
/// serves both modes. Costs about three times the function.
public func jvp<M: Model>(_ function: (M) -> Tensor, at argument: M, along direction: M)
  -> (value: Tensor, derivative: Tensor)
{
  // The value of u does not matter: Jᵀu is linear in it.
  var value = Tensor(.scalar(0, .float32))
  let probe = vjpValueShape(function, argument)
  let derivative = gradient(at: probe.zerosLike()) { (u: Tensor) -> Tensor in
    let (output, pullback) = vjp(function, at: argument)
    value = output
    return dot(pullback(u), direction)
  }
  return (Tape.current.map { $0.strip(value, below: $0.scopes.count) } ?? value.plain, derivative)
}

private func vjpValueShape<M: Model>(_ function: (M) -> Tensor, _ argument: M) -> Tensor {
  function(argument).plain
}

/// The inner product of two models' parameters.
public func dot<M: Model>(_ a: M, _ b: M) -> Tensor {
  let (left, right) = (a.parameters, b.parameters)
  guard left.count == right.count, let first = left.first else {
    stop("dot: models with \(left.count) and \(right.count) parameters")
  }
  var total: Tensor = dot(first, right[0])
  for i in 1..<left.count { total = total + dot(left[i], right[i]) }
  return total
}

/// The matrix of all partial derivatives, of shape `value.shape + x.shape`.
public func jacobian(at x: Tensor, of function: (Tensor) -> Tensor) -> Tensor {
  let (value, pullback) = vjp(function, at: x)
  let count = value.size
  let rows = (0..<count).map { i in
    pullback(
      Tensor.ones([1], dtype: value.dtype).embedded([i], [1], into: [count])
        .reshaped(value.shape))
  }
  if count == 0 { return Tensor.zeros(value.shape + x.shape, dtype: x.dtype) }
  return stack(rows).reshaped(value.shape + x.shape)
}

/// The matrix of second derivatives of a function whose value is one number, of shape
/// `x.shape + x.shape`.
public func hessian(at x: Tensor, of function: (Tensor) -> Tensor) -> Tensor {
  jacobian(at: x) { x in gradient(at: x, of: function) }
}

/// The Hessian times a direction, without the Hessian: the gradient of ⟨∇f, v⟩.
///
/// - Complexity: a small multiple of the function itself.
public func hessianVectorProduct<M: Model>(
  at argument: M, along direction: M, of function: (M) -> Tensor
) -> M {
  gradient(at: argument) { x in dot(gradient(at: x, of: function), direction) }
}

/// A function with a derivative rule of its own.
///
/// ```swift
/// // Straight-through rounding: the gradient passes as if nothing had been rounded.
/// let y = custom(x) { round($0) } gradient: { x, y, g in g }
/// ```
///
/// - Parameter rule: gets the argument, the value and the gradient of the value, and returns the
///   gradient of the argument. It is made of tensor operations, so it can be differentiated again.
public func custom(
  _ x: Tensor, _ function: (Tensor) -> Tensor,
  gradient rule: @escaping @Sendable (_ x: Tensor, _ y: Tensor, _ g: Tensor) -> Tensor
) -> Tensor {
  custom([x], { function($0[0]) }, gradient: { xs, y, g in [rule(xs[0], y, g)] })
}

/// A function of several tensors with a derivative rule of its own; `nil` stands for no gradient.
public func custom(
  _ operands: [Tensor], _ function: ([Tensor]) -> Tensor,
  gradient rule: @escaping @Sendable (_ xs: [Tensor], _ y: Tensor, _ g: Tensor) -> [Tensor?]
) -> Tensor {
  let output = customOperation(operands, function, gradient: rule)
  // The rule may read elements when the rows are gone.
  if let batch = output.body.row?.batch,
    operands.contains(where: { $0.scope != 0 && $0.scope < batch.id })
  {
    batch.refuse("it has a derivative rule of its own")
  }
  return output
}

/// The same with a rule that is known to read no elements.
func customOperation(
  _ operands: [Tensor], _ function: ([Tensor]) -> Tensor,
  gradient rule: @escaping @Sendable (_ xs: [Tensor], _ y: Tensor, _ g: Tensor) -> [Tensor?]
) -> Tensor {
  let output = function(operands.map(\.plain))
  return noted(.custom, output.body, operands, Attributes(object: CustomBox(rule)))
}

/// A part of a computation whose intermediate values are not kept but computed again on the way
/// back: less memory for one more evaluation (arXiv:1604.06174).
///
/// Gradients flow to `argument` only; pass everything that is to be trained through it.
public func checkpointed<M: Model>(
  _ argument: M, _ function: @escaping @Sendable (M) -> Tensor
) -> Tensor {
  nonisolated(unsafe) let shape = argument
  let operands = argument.parameters
  return custom(operands) { values in
    function(shape.replacingParameters(values))
  } gradient: { values, _, g in
    vjp(function, at: shape.replacingParameters(values)).pullback(g).parameters
  }
}

/// How far the gradient of a function is from central differences, as the largest relative error
/// over random directions; below 10⁻⁶ for a right rule in `float64`.
///
/// - Parameter step: the difference, taken to both sides.
public func gradientCheck(
  at x: Tensor, step: Double = 1e-5, directions: Int = 4, of function: (Tensor) -> Tensor
) -> Double {
  let point = x.cast(to: .float64)
  let slope = gradient(at: point, of: function)
  var generator = Generator(seed: 0)
  var worst = 0.0
  for _ in 0..<directions {
    let v = Tensor.normal(point.shape, dtype: .float64, from: &generator)
    let ahead = function(point + step * v).item()
    let behind = function(point - step * v).item()
    let expected = (ahead - behind) / (2 * step)
    let found: Double = dot(slope, v).item()
    let scale = Swift.max(1, Swift.abs(expected), Swift.abs(found))
    worst = Swift.max(worst, Swift.abs(expected - found) / scale)
  }
  return worst
}
