/// Turns a function of one example into a function of a batch: of tensors whose first axis counts the
/// examples.
///
/// ```swift
/// let a = Tensor([[2.0, 0.5], [0.5, 1.0]])
/// let energy = vmap { x in dot(x, matmul(a, x)) }         // x: one row
/// energy(Tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]))    // [2, 4, 4]
///
/// // The gradient of each example's loss, for weights that all examples share.
/// let slopes = vmap { x, y in gradient(at: w) { w in square(dot(w, x) - y) } }(xs, ys)
/// ```
///
/// The function is called once, with tensors of one row's shape, and each of its operations is carried
/// out for all rows together: values are those of `stack(xs.rows.map(f))` up to rounding. Every tensor in
/// the arguments is mapped; what all rows share (in JAX `in_axes=None`), the function captures. To map
/// another axis, move it to the front (``Tensor/movedAxis(_:to:)``). Calls nest, and gradients flow
/// through the result to the arguments and to captured tensors.
///
/// **What takes one row at a time.** Where the function reads elements (`item()`, printing, `svd`, a
/// convolution), decides on a condition that differs from row to row, draws random
/// numbers, or has a rule of its own (``custom(_:_:gradient:)``) that is differentiated from outside,
/// it goes on with row 0 alone and is then called for each other row in order: right, and as slow as a
/// loop. So each row draws numbers of its own, as in a loop; but what the function does beside
/// computing (counting, changing a captured variable) happens once where no row is taken alone.
///
/// - Shapes: arguments `[n, …]`, function `[…]` → `[…]`, result `[n, …]`. Functions take up to three tensors
///   or models (see ``Model``) and return one, or a tuple of two or three. Without rows (`n` = 0) the
///   result has its shape, unless the function takes one row at a time.
/// - Errors: stops if the arguments have different numbers of rows, or an argument is a single number.
///   An operation that does not fit names the shapes of one row, and the row if it is taken alone.
/// - Complexity: that of the function's operations on the batch. A captured matrix is multiplied with all
///   rows in one product. Each intermediate result is there for all rows at once.
/// - Source: Bradbury et al., "JAX: composable transformations of Python+NumPy programs" (2018); Agarwal
///   and Ganichev (arXiv:1903.04243).
public func vmap<A: Model, X: Model>(_ function: @escaping (A) -> X) -> (A) -> X {
  { a in
    mapped(a, function) { visit(&$0, $1) }
  }
}

/// The same for functions that return two tensors or models; see ``vmap(_:)``.
public func vmap<A: Model, X: Model, Y: Model>(_ function: @escaping (A) -> (X, Y)) -> (A) -> (X, Y)
{
  { a in
    mapped(a, function) {
      visit(&$0.0, $1)
      visit(&$0.1, $1)
    }
  }
}

/// The same for functions that return three tensors or models; see ``vmap(_:)``.
public func vmap<A: Model, X: Model, Y: Model, Z: Model>(_ function: @escaping (A) -> (X, Y, Z))
  -> (A) -> (X, Y, Z)
{
  { a in
    mapped(a, function) {
      visit(&$0.0, $1)
      visit(&$0.1, $1)
      visit(&$0.2, $1)
    }
  }
}

/// The same for functions of two arguments; see ``vmap(_:)``.
public func vmap<A: Model, B: Model, X: Model>(_ function: @escaping (A, B) -> X) -> (A, B) -> X {
  { a, b in
    mapped(Pair(a: a, b: b), { function($0.a, $0.b) }) { visit(&$0, $1) }
  }
}

/// The same for functions of two arguments that return two tensors or models; see ``vmap(_:)``.
public func vmap<A: Model, B: Model, X: Model, Y: Model>(_ function: @escaping (A, B) -> (X, Y))
  -> (A, B) -> (X, Y)
{
  { a, b in
    mapped(Pair(a: a, b: b), { function($0.a, $0.b) }) {
      visit(&$0.0, $1)
      visit(&$0.1, $1)
    }
  }
}

/// The same for functions of two arguments that return three tensors or models; see ``vmap(_:)``.
public func vmap<A: Model, B: Model, X: Model, Y: Model, Z: Model>(
  _ function: @escaping (A, B) -> (X, Y, Z)
) -> (A, B) -> (X, Y, Z) {
  { a, b in
    mapped(Pair(a: a, b: b), { function($0.a, $0.b) }) {
      visit(&$0.0, $1)
      visit(&$0.1, $1)
      visit(&$0.2, $1)
    }
  }
}

/// The same for functions of three arguments; see ``vmap(_:)``.
public func vmap<A: Model, B: Model, C: Model, X: Model>(_ function: @escaping (A, B, C) -> X) -> (
  A, B, C
) -> X {
  { a, b, c in
    mapped(Triple(a: a, b: b, c: c), { function($0.a, $0.b, $0.c) }) { visit(&$0, $1) }
  }
}

/// The same for functions of three arguments that return two tensors or models; see ``vmap(_:)``.
public func vmap<A: Model, B: Model, C: Model, X: Model, Y: Model>(
  _ function: @escaping (A, B, C) -> (X, Y)
) -> (A, B, C) -> (X, Y) {
  { a, b, c in
    mapped(Triple(a: a, b: b, c: c), { function($0.a, $0.b, $0.c) }) {
      visit(&$0.0, $1)
      visit(&$0.1, $1)
    }
  }
}

/// The same for functions of three arguments that return three tensors or models; see ``vmap(_:)``.
public func vmap<A: Model, B: Model, C: Model, X: Model, Y: Model, Z: Model>(
  _ function: @escaping (A, B, C) -> (X, Y, Z)
) -> (A, B, C) -> (X, Y, Z) {
  { a, b, c in
    mapped(Triple(a: a, b: b, c: c), { function($0.a, $0.b, $0.c) }) {
      visit(&$0.0, $1)
      visit(&$0.1, $1)
      visit(&$0.2, $1)
    }
  }
}

/// - Parameter visit: shows the tensors of what the function returns.
private func mapped<Input: Model, Output>(
  _ input: Input, _ function: (Input) -> Output,
  _ visit: (inout Output, (inout Tensor) -> Void) -> Void
) -> Output {
  var tensors: [Tensor] = []
  collect(input, &tensors)
  let count = rowCount(tensors)
  let batch = Batch(rows: count)
  var results: [Output] = []
  // Who watches for NaN wants to hear of the operation that made it.
  if count > 0 && NaNWatch.isOn {
    batch.giveUp()
  } else {
    var result = batch.run { function(replaced(input, tensors.map(batch.enter), Position())) }
    if batch.end() {
      visit(&result) { $0 = batch.left($0) }
      return result
    }
    results.append(result)
  }
  for i in results.count..<count {
    let one = batch.run(row: i) { function(replaced(input, tensors.map { $0[i] }, Position())) }
    results.append(one)
  }
  var parts = results.map { result in
    var (copy, tensors) = (result, [Tensor]())
    visit(&copy) { tensors.append($0) }
    return tensors
  }
  var joined = results[0]
  visit(&joined) { tensor in
    for (i, part) in parts.enumerated() where part.first?.shape != tensor.shape {
      stop(
        "vmap: row \(i) gave shape \(part.first?.shape ?? []), row 0 shape \(tensor.shape); one shape "
          + "is needed for all rows")
    }
    tensor = stack(parts.map { $0[0] })
    for i in parts.indices { parts[i].removeFirst() }
  }
  return joined
}

private func rowCount(_ tensors: [Tensor]) -> Int {
  guard let first = tensors.first else { stop("vmap: the arguments hold no tensors") }
  for tensor in tensors {
    if tensor.ndim == 0 {
      stop(
        "vmap: an argument is a single number, which has no rows; let the function capture what all "
          + "rows share")
    }
    if tensor.shape[0] != first.shape[0] {
      stop(
        "vmap: arguments of shapes \(first.shape) and \(tensor.shape) differ in the number of rows "
          + "(\(first.shape[0]) against \(tensor.shape[0]))")
    }
  }
  return first.shape[0]
}
