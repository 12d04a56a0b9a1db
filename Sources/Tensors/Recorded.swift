/// A function that is recorded when it is called, and carried out from the recording afterwards.
///
/// See ``recorded(_:)``.
public struct Recorded<Output, each Input: Model> {
  private let function: (repeat each Input) -> Output
  private let recordings: Recordings<Output>

  init(
    _ function: @escaping (repeat each Input) -> Output,
    _ visit: @escaping (inout Output, (inout Tensor) -> Void) -> Void
  ) {
    self.function = function
    recordings = Recordings(visit)
  }

  /// The function's value.
  public func callAsFunction(_ input: repeat each Input) -> Output {
    guard Recordings<Output>.mayRecord else { return function(repeat each input) }
    var tensors: [Tensor] = []
    repeat collect(each input, &tensors)
    return recordings.call(tensors) { given in
      let next = Position()
      return function(repeat replaced(each input, given, next))
    }
  }

  /// Whether the latest call's shapes are carried out from a recording from now on.
  public var isRecorded: Bool { recordings.latest?.refusal == nil && recordings.latest != nil }

  /// Why the latest call's shapes are not, in words.
  public var reason: String? { recordings.latest?.refusal }

  /// The number of operations of the latest recording that was carried out; 0 without one.
  public var operationCount: Int { recordings.latest?.ready?.program.operations ?? 0 }
}

/// Turns a function that is called thousands of times with the same shapes into one that allocates
/// nothing for its operations and costs a few nanoseconds for each.
///
/// ```swift
/// let step = recorded { (x: Tensor, rate: Tensor) in
///   x - rate * gradient(at: x) { x in sum(x ** 4 - x) }
/// }
/// var x = Tensor([1.0, 2.0])
/// for i in 0..<10_000 { x = step(x, Tensor(0.1 / Double(1 + i / 100))) }
/// ```
///
/// The function takes tensors or models (see ``Model``) and returns one, or a tuple of two or three.
/// Its first two calls with given shapes and types note its operations, those of gradients inside
/// included; later calls carry these out again, with the same bits as the function itself.
///
/// **What a recording holds fixed.** Only tensors in the arguments may change from call to call.
/// Numbers, captured variables and tensors, and properties of a model that are not tensors are those
/// of the first call: pass a learning rate or a time as an argument, `Tensor(t)`. The second call
/// compares: what has changed by then ends the recording, with a ``Recorded/reason``; what changes
/// for the first time later goes unnoticed. What else the function does (printing, counting,
/// changing a captured variable) happens in the first two calls only.
///
/// **What is not recorded** is called as it is, each time, and right: a function that reads elements
/// (`item()`, a factorization, a convolution), draws random numbers, or keeps a tensor outside; calls
/// within a differentiation and under ``stoppingAtNaN(_:)``; sums of more than 32 767 elements that
/// element-wise operations have just made, which are fast already.
///
/// Conditions made of ``Tensor/all()``, ``Tensor/any()`` and `==`, at most eight, are recorded with the
/// branch that was taken; a call in which one comes out differently is that of the function itself.
///
/// Arguments that are views are brought into row-major order first. Several threads may call at
/// once; each has memory of its own. The latest eight combinations of shapes are kept.
///
/// - Complexity: two calls of several times the function's own time, then a few nanoseconds for an
///   operation on a number, and the kernel's own time for larger ones.
public func recorded<each Input: Model, Output: Model>(
  _ function: @escaping (repeat each Input) -> Output
) -> Recorded<Output, repeat each Input> {
  Recorded(function) { visit(&$0, $1) }
}

/// The same for functions that return two tensors or models.
public func recorded<each Input: Model, A: Model, B: Model>(
  _ function: @escaping (repeat each Input) -> (A, B)
) -> Recorded<(A, B), repeat each Input> {
  Recorded(function) {
    visit(&$0.0, $1)
    visit(&$0.1, $1)
  }
}

/// The same for functions that return three tensors or models.
public func recorded<each Input: Model, A: Model, B: Model, C: Model>(
  _ function: @escaping (repeat each Input) -> (A, B, C)
) -> Recorded<(A, B, C), repeat each Input> {
  Recorded(function) {
    visit(&$0.0, $1)
    visit(&$0.1, $1)
    visit(&$0.2, $1)
  }
}

/// Shows every tensor of a model, whether it is trained or not.
func visit<M: Model>(_ model: inout M, _ body: (inout Tensor) -> Void) {
  withoutActuallyEscaping(body) { body in
    model._visitParameters(
      ParameterVisitor(wantsNames: false, seesState: true) { _, tensor in body(&tensor) }, at: "")
  }
}

/// The tensors of a model in order.
func collect<M: Model>(_ model: M, _ tensors: inout [Tensor]) {
  if M.self == Tensor.self, let tensor = model as? Tensor {
    tensors.append(tensor)
    return
  }
  var copy = model
  visit(&copy) { tensors.append($0) }
}

/// How many tensors of a list have been used.
final class Position {
  var next = 0
}

/// A model with the tensors of a list, from a position on.
func replaced<M: Model>(_ model: M, _ tensors: [Tensor], _ position: Position) -> M {
  var copy = model
  visit(&copy) {
    $0 = tensors[position.next]
    position.next += 1
  }
  return copy
}
