internal import _CVectorKernels

/// What operations are told to, instead of being carried out, where an operand has no elements of
/// its own: a recording (``Recorder``), or the rows of ``vmap(_:)`` (``Batch``).
///
/// A method answers `nil` where the operation shall be carried out after all; it then reads its
/// operands' elements, and who stands for them finds out.
protocol Tracer: AnyObject {
  /// How deep it lies within others: the innermost one is told.
  var depth: Int { get }
  /// Whether sums and products of integers are told to it, too.
  var takesWideSums: Bool { get }

  /// Whether it is still told of operations.
  var isOpen: Bool { get }
  /// What was told of operations before it began.
  var enclosing: (any Tracer)? { get }

  /// What elements are asked for that there are not, in words; or random numbers.
  func refuse(_ reason: String)
  /// A single truth value that decides on what is done next; `nil` where it should be read.
  func decide(_ condition: Body) -> Bool?
  /// Whether otherwise the elements might not have been computed yet.
  func waits(_ body: Body) -> Bool

  func unary(_ op: vk_unary, _ x: Body, _ type: DType) -> Body?
  func binary(
    _ op: vk_binary, _ a: Body, _ strideA: UInt8, _ b: Body, _ strideB: UInt8, _ type: DType,
    like body: Body
  ) -> Body?
  func binary(_ op: vk_binary, _ a: Body, _ b: Body, _ type: DType, _ shape: [Int]) -> Body?
  func choice(_ condition: Body, _ a: Body, _ b: Body, _ shape: [Int]) -> Body?
  func gathered(_ x: Body) -> Body?
  func cast(_ x: Body, _ type: DType) -> Body?
  func polygamma(_ order: Int, _ x: Body) -> Body?
  func reduce(_ op: vk_reduction, _ x: Body, _ outer: Int, _ n: Int, _ inner: Int, _ shape: [Int])
    -> Body?
  func cumulativeSum(_ x: Body, _ axis: Int, _ isReversed: Bool) -> Body?
  func position(_ isMax: Bool, _ x: Body, _ axis: Int, _ out: [Int]) -> Body?
  func rows(_ kind: vk_replay_kind, _ x: Body, _ n: Int, _ shape: [Int]) -> Body?
  func scaledExponentials(_ a: Body, _ y: Body, _ g: Body, _ n: Int) -> Body?
  func embedded(_ x: Body, _ start: [Int], _ step: [Int], _ extents: [Int]) -> Body?
  func added(_ x: Body, to total: Body, _ start: [Int], _ step: [Int]) -> Body?
  func written(_ x: Body, to total: Body, _ selection: Body) -> Body?
  func joined(_ parts: [Body], _ axis: Int, _ shape: [Int], _ type: DType) -> Body?
  func checkedPositions(_ positions: Body, _ rows: Int, _ name: String) -> Body?
  func taken(_ x: Body, _ positions: Body, _ axis: Int, _ shape: [Int]) -> Body?
  func addedAt(_ x: Body, _ positions: Body, _ axis: Int, _ shape: [Int]) -> Body?
  func product(_ a: Body, _ b: Body, _ batch: [Int], _ left: [Int], _ right: [Int]) -> Body?
  func affine(_ x: Body, _ weight: Body, _ row: Body) -> Body?
}

/// The one that began last on this thread.
var currentTracer: (any Tracer)? {
  guard let raw = vk_recorder_slot() else { return nil }
  return Unmanaged<AnyObject>.fromOpaque(raw).takeUnretainedValue() as? any Tracer
}

/// Ends all of this thread, for what happens once for each call of a function.
func refuseTracing(_ reason: String) {
  var tracer = currentTracer
  while let one = tracer {
    one.refuse(reason)
    tracer = one.enclosing
  }
}

/// In which row of ``vmap(_:)`` the thread is, as errors say it.
func whereabouts() -> String {
  var (tracer, words) = (currentTracer, "")
  while let one = tracer {
    if let batch = one as? Batch {
      words += batch.isGivenUp ? " (in row \(batch.current) of vmap)" : " (in vmap)"
    }
    tracer = one.enclosing
  }
  return words
}

/// Whether operations of this thread are told to somebody.
var isTracing: Bool {
  var tracer = currentTracer
  while let one = tracer {
    if one.isOpen { return true }
    tracer = one.enclosing
  }
  return false
}

/// Who is told of an operation on these operands: the innermost of those that stand for one.
@inline(__always)
func tracer(_ a: Body, _ b: Body, _ c: Body? = nil) -> (any Tracer)? {
  guard a.isTraced || b.isTraced || c?.isTraced == true else { return nil }
  return innermost([a, b] + (c.map { [$0] } ?? []))
}

@inline(never)
func innermost(_ operands: [Body]) -> (any Tracer)? {
  operands.lazy.compactMap(\.recorder).max { $0.depth < $1.depth }
}
