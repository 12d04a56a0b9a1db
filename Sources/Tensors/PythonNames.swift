// Names that NumPy, PyTorch and JAX have for what has another name here. None of them can be used:
// the error that the compiler gives names ours.

extension Tensor {
  @available(*, unavailable, renamed: "reshaped(_:)")
  public func reshape(_ shape: Int...) -> Tensor { self }
  @available(*, unavailable, renamed: "reshaped(_:)")
  public func reshape(_ shape: [Int]) -> Tensor { self }
  @available(*, unavailable, renamed: "reshaped(_:)")
  public func view(_ shape: Int...) -> Tensor { self }
  @available(*, unavailable, renamed: "variance(axis:keepDims:correction:)")
  public func `var`(axis: Int = 0, ddof: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "cast(to:)")
  public func astype(_ type: DType) -> Tensor { self }
  @available(*, unavailable, renamed: "transposed(_:)")
  public func transpose(_ axes: Int...) -> Tensor { self }
  @available(*, unavailable, renamed: "transposed(_:)")
  public func permute(_ axes: Int...) -> Tensor { self }
  @available(*, unavailable, renamed: "swapped(_:_:)")
  public func swapaxes(_ a: Int, _ b: Int) -> Tensor { self }
  @available(*, unavailable, renamed: "movedAxis(_:to:)")
  public func moveaxis(_ a: Int, _ b: Int) -> Tensor { self }
  @available(*, unavailable, renamed: "flattened()")
  public func flatten() -> Tensor { self }
  @available(*, unavailable, renamed: "flattened()")
  public func ravel() -> Tensor { self }
  @available(*, unavailable, renamed: "squeezed(axis:)")
  public func squeeze(_ axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "expandedDims(axis:)")
  public func unsqueeze(_ axis: Int) -> Tensor { self }
  @available(*, unavailable, renamed: "broadcast(to:)")
  public func expand(_ shape: Int...) -> Tensor { self }
  @available(*, unavailable, renamed: "repeated(_:axis:)")
  public func `repeat`(_ count: Int, axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "tiled(_:)")
  public func tile(_ counts: [Int]) -> Tensor { self }
  @available(*, unavailable, renamed: "rolled(_:axis:)")
  public func roll(_ shift: Int, axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "flipped(axes:)")
  public func flip(_ axes: Int...) -> Tensor { self }
  @available(*, unavailable, renamed: "sorted(axis:descending:)")
  public func sort(axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "topK(_:axis:)")
  public func topk(_ k: Int) -> Tensor { self }
  @available(*, unavailable, renamed: "cumulativeSum(axis:reversed:)")
  public func cumsum(axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "cumulativeProduct(axis:)")
  public func cumprod(axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "differences(order:axis:)")
  public func diff(axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "gathered(_:axis:)")
  public func gather(_ axis: Int, _ positions: Tensor) -> Tensor { self }
  @available(*, unavailable, message: "write clip(x, low, high)")
  public func clamp(_ low: Double, _ high: Double) -> Tensor { self }
  @available(*, unavailable, message: "write x.max()")
  public func amax(axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, message: "write x.min()")
  public func amin(axis: Int = 0) -> Tensor { self }
  @available(*, unavailable, renamed: "matmul(_:)")
  public func mm(_ other: Tensor) -> Tensor { self }
  @available(*, unavailable, renamed: "matmul(_:)")
  public func bmm(_ other: Tensor) -> Tensor { self }
  @available(*, unavailable, message: "write x.doubles, or x.nested for the rows of a matrix")
  public func tolist() -> [Double] { [] }
  @available(*, unavailable, message: "a tensor needs no conversion; x.doubles are its numbers")
  public func numpy() -> Tensor { self }
  @available(*, unavailable, message: "write stopGradient(x)")
  public func detach() -> Tensor { self }
  @available(*, unavailable, message: "a copy is independent as it is: let y = x")
  public func clone() -> Tensor { self }
  @available(*, unavailable, message: "write gradient(at: x) { x in … }: it returns the gradient")
  public func backward() {}
  @available(*, unavailable, message: "write x.cast(to: .float32)")
  public func float() -> Tensor { self }
  @available(*, unavailable, renamed: "size")
  public var numel: Int { 0 }
  @available(*, unavailable, message: "write gradient(at: x) { x in … }: it returns the gradient")
  public var grad: Tensor { self }

  @available(*, unavailable, renamed: "sum(axis:keepDims:)")
  public func sum(axis: Int, keepdims: Bool) -> Tensor { self }
  @available(*, unavailable, renamed: "sum(axis:keepDims:)")
  public func sum(dim: Int, keepdim: Bool = false) -> Tensor { self }
  @available(*, unavailable, renamed: "mean(axis:keepDims:)")
  public func mean(axis: Int, keepdims: Bool) -> Tensor { self }
  @available(*, unavailable, renamed: "mean(axis:keepDims:)")
  public func mean(dim: Int, keepdim: Bool = false) -> Tensor { self }
  @available(*, unavailable, renamed: "std(axis:keepDims:correction:)")
  public func std(axis: Int, ddof: Int) -> Tensor { self }

  @available(*, unavailable, renamed: "zerosLike()")
  public static func zeros_like(_ x: Tensor) -> Tensor { x }
  @available(*, unavailable, renamed: "onesLike()")
  public static func ones_like(_ x: Tensor) -> Tensor { x }
  @available(*, unavailable, renamed: "normal(_:)")
  public static func randn(_ shape: Int...) -> Tensor { ones(shape) }
  @available(*, unavailable, renamed: "normal(_:)")
  public static func randn(_ shape: [Int]) -> Tensor { ones(shape) }
  @available(*, unavailable, renamed: "uniform(_:)")
  public static func rand(_ shape: [Int]) -> Tensor { ones(shape) }
  @available(*, unavailable, renamed: "uniform(_:)")
  public static func rand(_ shape: Int...) -> Tensor { ones(shape) }

  @available(*, unavailable, message: "write a .> b for a mask, a.item() > b for one element")
  public static func > (a: Tensor, b: some TensorScalar) -> Bool { false }
  @available(*, unavailable, message: "write a .< b for a mask, a.item() < b for one element")
  public static func < (a: Tensor, b: some TensorScalar) -> Bool { false }
  @available(*, unavailable, message: "write a .>= b for a mask, a.item() >= b for one element")
  public static func >= (a: Tensor, b: some TensorScalar) -> Bool { false }
  @available(*, unavailable, message: "write a .<= b for a mask, a.item() <= b for one element")
  public static func <= (a: Tensor, b: some TensorScalar) -> Bool { false }
  @available(*, unavailable, message: "write a .== b for a mask, a.item() == b for one element")
  public static func == (a: Tensor, b: some TensorScalar) -> Bool { false }
  @available(*, unavailable, message: "write a .> b for a mask")
  public static func > (a: Tensor, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write a .< b for a mask")
  public static func < (a: Tensor, b: Tensor) -> Bool { false }

  // `(a > 0).sum()`
  @_disfavoredOverload
  @available(*, unavailable, message: "write a .> b for a mask")
  public static func > (a: Tensor, b: some TensorScalar) -> Tensor { a }
  @_disfavoredOverload
  @available(*, unavailable, message: "write a .< b for a mask")
  public static func < (a: Tensor, b: some TensorScalar) -> Tensor { a }
  @_disfavoredOverload
  @available(*, unavailable, message: "write a .== b for a mask")
  public static func == (a: Tensor, b: some TensorScalar) -> Tensor { a }
}

@available(*, unavailable, renamed: "Tensor.zeros(_:)")
public func zeros(_ shape: Int...) -> Tensor { .ones(shape) }
@available(*, unavailable, renamed: "Tensor.ones(_:)")
public func ones(_ shape: Int...) -> Tensor { .ones(shape) }
@available(*, unavailable, renamed: "Tensor.zeros(_:)")
public func zeros(_ shape: [Int]) -> Tensor { .ones(shape) }
@available(*, unavailable, renamed: "Tensor.ones(_:)")
public func ones(_ shape: [Int]) -> Tensor { .ones(shape) }
@available(*, unavailable, renamed: "Tensor.linspace(_:_:_:)")
public func linspace(_ start: Double, _ end: Double, _ count: Int) -> Tensor { .ones(1) }
@available(*, unavailable, renamed: "Tensor.arange(_:)")
public func arange(_ count: Int) -> Tensor { .ones(1) }
@available(*, unavailable, message: "write Tensor.arange(0, 10, by: 2)")
public func arange(_ start: Double, _ end: Double, _ step: Double = 1) -> Tensor { .ones(1) }
@available(*, unavailable, renamed: "Tensor.eye(_:)")
public func eye(_ n: Int) -> Tensor { .ones(1) }
@available(*, unavailable, message: "write x.zerosLike()")
public func zeros_like(_ x: Tensor) -> Tensor { x }
@available(*, unavailable, message: "write x.onesLike()")
public func ones_like(_ x: Tensor) -> Tensor { x }
@available(*, unavailable, renamed: "maximum(_:_:)")
public func max(_ a: Tensor, _ b: some TensorScalar) -> Tensor { a }
@available(*, unavailable, renamed: "minimum(_:_:)")
public func min(_ a: Tensor, _ b: some TensorScalar) -> Tensor { a }
@available(*, unavailable, renamed: "maximum(_:_:)")
public func max(_ a: Tensor, _ b: Tensor) -> Tensor { a }
@available(*, unavailable, renamed: "minimum(_:_:)")
public func min(_ a: Tensor, _ b: Tensor) -> Tensor { a }
@available(*, unavailable, message: "write gradient(at: x) { x in … }, or gradient(of: f)")
public func grad(_ f: (Tensor) -> Tensor) -> (Tensor) -> Tensor { { $0 } }
@available(*, unavailable, message: "write valueAndGradient(at: x) { x in … }")
public func value_and_grad(_ f: (Tensor) -> Tensor) -> (Tensor) -> Tensor { { $0 } }
@available(
  *, unavailable, message: "there is nothing to compile; recorded { … } replays a function"
)
public func jit(_ f: (Tensor) -> Tensor) -> (Tensor) -> Tensor { { $0 } }

/// What `np.exp(x)` names, so that the error is about `np`.
@dynamicMemberLookup @dynamicCallable
public struct PythonModule: Sendable {
  /// Any function of the module.
  public subscript(dynamicMember name: String) -> PythonModule { self }

  /// Any call of it.
  public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, Any>) -> Tensor
  {
    .zeros([])
  }
}

@available(
  *, unavailable, message: "functions need no prefix: np.exp(x) is exp(x), np.array is Tensor"
)
public let np = PythonModule()
@available(
  *, unavailable, message: "functions need no prefix: jnp.exp(x) is exp(x), jnp.array is Tensor"
)
public let jnp = PythonModule()
@available(
  *, unavailable,
  message: "functions need no prefix: torch.exp(x) is exp(x), torch.tensor is Tensor"
)
public let torch = PythonModule()
