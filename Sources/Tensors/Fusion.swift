internal import _CVectorKernels
import Synchronization

/// An element-wise operation on long operands that waits until somebody reads its result.
///
/// Chains of such operations are then evaluated together, block by block in the cache, instead of
/// sending every intermediate result to memory and back.
final class Deferred {
  /// The operation of a sum of everything; others are those of the kernels.
  static let sum: Int32 = -1

  let op: Int32
  var a: Body
  var b: Body?
  /// How smaller operands are stretched.
  let spreadA: Spread?
  let spreadB: Spread?
  /// Operations it would take to compute this from what is computed, counted as a tree.
  let weight: Int
  let isExpensive: Bool
  /// How often the elements were computed on the way to others, and not kept.
  var passes = 0

  init(
    _ op: Int32, _ a: Body, _ b: Body?, _ spreadA: Spread?, _ spreadB: Spread?, weight: Int,
    isExpensive: Bool
  ) {
    self.op = op
    self.a = a
    self.b = b
    self.spreadA = spreadA
    self.spreadB = spreadB
    self.weight = weight
    self.isExpensive = isExpensive
  }
}

/// How a smaller operand meets the elements of a result: element `i` meets `i / inner % period`.
struct Spread: Hashable {
  let inner: Int
  let period: Int

  /// `nil` if the operand has the shape of the result, is a single element, or does not fit such
  /// a pattern.
  init?(_ body: Body, over shape: [Int]) {
    let shift = shape.count - body.shape.count
    guard shift >= 0, body.isContiguous else { return nil }
    let axes = body.shape.indices.filter { body.shape[$0] != 1 }
    guard let first = axes.first, let last = axes.last,
      (first...last).allSatisfy({ body.shape[$0] == shape[$0 + shift] })
    else { return nil }
    inner = shape[(last + shift + 1)...].reduce(1, *)
    period = body.count
  }
}

/// Decides which operations wait, and evaluates them.
///
/// Kept in memory are the elements that were asked for, and those of intermediate results that
/// others than the operations of this evaluation hold, if they are expensive (`exp`, `tanh`, …) or
/// were computed twice already. Cheap ones are computed again where they are needed again: an
/// addition within the cache costs less than a trip to memory. Results wait for a bounded number of operations, so that neither the
/// memory they hold on to nor the work that a read may set off grows.
enum Fusion {
  /// Results with fewer elements are computed at once.
  static let threshold = 1 << 15
  /// Operations in one evaluation, shared ones counted each time.
  static let limit = 96

  /// Guards `deferred` of all bodies.
  ///
  /// Nothing is allocated for tensors, computed or reported under
  /// it, so no thread is stopped that holds it.
  private static let lock = Mutex<Void>(())

  /// The result of an operation of one operand, if it should wait.
  @inline(__always)
  static func unary(_ op: vk_unary, _ x: Body, _ type: DType) -> Body? {
    guard x.count >= threshold, type == x.dtype, type.isFloating, x.isContiguous else {
      return nil
    }
    return deferring(Int32(op.rawValue), x, nil, like: x, isExpensive: isExpensive(op))
  }

  /// The result of an operation of two operands, if it should wait.
  @inline(__always)
  static func binary(_ op: vk_binary, _ a: Body, _ b: Body, _ type: DType) -> Body? {
    guard a.count >= threshold || b.count >= threshold, type == a.dtype, type.isFloating else {
      return nil
    }
    return paired(op, a, b)
  }

  @inline(never)
  private static func paired(_ op: vk_binary, _ a: Body, _ b: Body) -> Body? {
    let isExpensive = op == VK_POW || op == VK_ATAN2 || op == VK_MOD
    if a.isContiguous && b.isContiguous && a.shape == b.shape || stretches(b, over: a) {
      return deferring(Int32(op.rawValue), a, b, like: a, isExpensive: isExpensive)
    }
    if stretches(a, over: b) {
      return deferring(Int32(op.rawValue), a, b, like: b, isExpensive: isExpensive)
    }
    if a.count > b.count, a.isContiguous, let spread = Spread(b, over: a.shape) {
      _ = b.data
      return deferring(
        Int32(op.rawValue), a, b, like: a, spreadB: spread, isExpensive: isExpensive)
    }
    if b.count > a.count, b.isContiguous, let spread = Spread(a, over: b.shape) {
      _ = a.data
      return deferring(
        Int32(op.rawValue), a, b, like: b, spreadA: spread, isExpensive: isExpensive)
    }
    return nil
  }

  private static func stretches(_ single: Body, over body: Body) -> Bool {
    body.isContiguous && single.isSingle
      && (single.shape == body.shape
        || single.count == 1 && single.shape.count <= body.shape.count)
  }

  private static func deferring(
    _ op: Int32, _ a: Body, _ b: Body?, like body: Body, spreadA: Spread? = nil,
    spreadB: Spread? = nil, isExpensive: Bool
  ) -> Body {
    // Sums that were put off.
    if a.count == 1 { _ = a.data }
    if let b, b.count == 1 { _ = b.data }
    var weight = 1 + self.weight(a) + (b.map { self.weight($0) } ?? 0)
    if weight > limit {
      // The heavier operand is computed now.
      if let b, self.weight(b) > self.weight(a) { _ = b.data } else { _ = a.data }
      weight = 1 + self.weight(a) + (b.map { self.weight($0) } ?? 0)
    }
    return Body(
      like: body,
      Deferred(op, a, b, spreadA, spreadB, weight: weight, isExpensive: isExpensive))
  }

  private static func weight(_ body: Body) -> Int {
    if body.isComputed { return 0 }
    return lock.withLock { _ in body.deferred?.weight ?? 0 }
  }

  private static func isExpensive(_ op: vk_unary) -> Bool {
    switch op {
    case VK_NEG, VK_ABS, VK_SIGN, VK_SQUARE, VK_RELU, VK_FLOOR, VK_CEIL, VK_ROUND, VK_TRUNC,
      VK_SQRT, VK_RECIPROCAL:
      false
    default: true
    }
  }

  /// Computes the elements of a body that waits; returns where they are.
  @inline(never)
  static func evaluate(_ root: Body) -> UnsafeMutableRawPointer {
    if let row = root.pendingRow {
      row.batch.refuse("it reads elements, or calls an operation that takes one row at a time")
      root.settle(row.all, row.all.data)
      return root.data
    }
    if let recorder = root.recorder {
      recorder.refuse("it reads elements, or calls an operation that is not recorded")
      if !root.isComputed { stop("a tensor of a recording that was interrupted has no elements") }
      return root.data
    }
    if let operand = lock.withLock({ _ in root.deferred?.op == Deferred.sum ? root.deferred?.a : nil
    }) {
      return take(sum(of: operand), as: root)
    }
    var program = Program()
    lock.withLock { _ in program.plan(root, isKept: true) }
    // Somebody else was faster.
    if program.steps.isEmpty { return root.data }
    program.run(root, sums: false)
    settle(&program)
    return root.data
  }

  /// The sum of all elements of a body that waits, without storing them; `nil` if it does not wait.
  static func sum(_ root: Body) -> Double? {
    if root.isComputed { return nil }
    if let recorder = root.recorder {
      if recorder.waits(root) { recorder.refuse("it sums a long element-wise result") }
      return nil
    }
    var program = Program()
    lock.withLock { _ in program.plan(root, isKept: false) }
    if program.steps.isEmpty { return nil }
    let total = program.run(root, sums: true)
    settle(&program)
    return total
  }

  /// The sum of all elements, put off until somebody reads it; `nil` if it should be taken now.
  static func postponedSum(_ x: Body, _ shape: [Int]) -> Body? {
    guard Tape.current?.putsSumsOff == true, !x.isComputed, !x.isTraced else { return nil }
    return Body(
      shape, x.dtype, Deferred(Deferred.sum, x, nil, nil, nil, weight: 0, isExpensive: true))
  }

  private static func sum(of x: Body) -> Body {
    if let total = sum(x) { return .filled([], x.dtype, total) }
    return reduce(VK_SUM, x, Array(x.shape.indices), [])
  }

  private static func take(_ value: Body, as root: Body) -> UnsafeMutableRawPointer {
    // Released outside of the lock.
    let old = lock.withLock { _ -> Deferred? in
      if root.isComputed { return nil }
      defer { root.deferred = nil }
      root.settle(value.keeper, value.data)
      return root.deferred
    }
    _ = old
    return root.data
  }

  private static func settle(_ program: inout Program) {
    // What is no longer needed is released outside of the lock.
    var released: [Deferred] = []
    lock.withLock { _ in
      for (body, memory) in zip(program.bodies, program.kept) {
        if let memory, !body.isComputed, let old = body.settle(memory) { released.append(old) }
      }
    }
  }
}

/// One operation of an evaluation; operands are numbered, sources from −1 downwards, results of
/// earlier steps from 0 upwards.
private struct FusedStep: Hashable {
  let op: Int32
  let a: Int
  let b: Int?
}

/// The operations of one evaluation, operands before results.
private struct Program {
  var sources: [(body: Body, spread: Spread?)] = []
  /// The result of each step, and its memory if it is kept.
  var bodies: [Body] = []
  var kept: [Storage?] = []
  var steps: [FusedStep] = []
  private var keeps: [Bool] = []
  private var numbers: [Operand: Int] = [:]
  /// Cheap operations that others repeat, as the derivative of `b * b` does: they are done once.
  private var known: [FusedStep: Int] = [:]
  private var repeated: [(body: Body, step: Int)] = []

  private struct Operand: Hashable {
    let body: ObjectIdentifier
    let spread: Spread?
  }

  /// Adds what it takes to compute a body, and decides which results are kept.
  mutating func plan(_ root: Body, isKept: Bool) {
    _ = add(root, nil)
    var isHeld = heldOutside(root)
    for i in steps.indices.reversed() {
      let body = bodies[i]
      guard let deferred = body.deferred else { continue }
      keeps[i] =
        isKept && body === root || isHeld[i] && (deferred.isExpensive || deferred.passes >= 2)
      if keeps[i] { continue }
      deferred.passes += 1
      // Whoever computes it again will want what it is made of.
      guard isHeld[i] else { continue }
      if steps[i].a >= 0 { isHeld[steps[i].a] = true }
      if let b = steps[i].b, b >= 0 { isHeld[b] = true }
    }
  }

  /// Adds what it takes to compute a body; returns its number, negative for sources.
  private mutating func add(_ body: Body, _ spread: Spread?) -> Int {
    let id = Operand(body: ObjectIdentifier(body), spread: spread)
    if let known = numbers[id] { return known }
    guard !body.isComputed, let deferred = body.deferred else {
      sources.append((body, spread))
      numbers[id] = -sources.count
      return -sources.count
    }
    let a = add(deferred.a, deferred.spreadA)
    let b = deferred.b.map { add($0, deferred.spreadB) }
    let step = FusedStep(op: deferred.op, a: a, b: b)
    if !deferred.isExpensive {
      if let same = known[step] {
        repeated.append((body, same))
        numbers[id] = same
        return same
      }
      known[step] = steps.count
    }
    steps.append(step)
    bodies.append(body)
    keeps.append(false)
    numbers[id] = steps.count - 1
    return steps.count - 1
  }

  /// Which results others than these operations hold.
  ///
  /// The operations let go of their operands meanwhile, so that only this list and others hold them.
  private mutating func heldOutside(_ root: Body) -> [Bool] {
    func connect(_ body: Body, _ step: FusedStep, _ operand: (Int) -> Body) {
      if step.a >= 0 { body.deferred?.a = operand(step.a) }
      if let b = step.b, b >= 0 { body.deferred?.b = operand(b) }
    }
    for (i, step) in steps.enumerated() { connect(bodies[i], step) { _ in root } }
    for (body, i) in repeated { connect(body, steps[i]) { _ in root } }
    var isHeld: [Bool] = []
    for i in bodies.indices { isHeld.append(!isKnownUniquelyReferenced(&bodies[i])) }
    for i in repeated.indices where !isKnownUniquelyReferenced(&repeated[i].body) {
      isHeld[repeated[i].step] = true
    }
    for (i, step) in steps.enumerated() { connect(bodies[i], step) { bodies[$0] } }
    for (body, i) in repeated { connect(body, steps[i]) { bodies[$0] } }
    return isHeld
  }

  /// Carries the operations out.
  @discardableResult
  mutating func run(_ root: Body, sums: Bool) -> Double {
    // The kernel numbers sources first, then results.
    func numbered(_ i: Int) -> Int32 { Int32(i < 0 ? -1 - i : i + sources.count) }
    let numberedSteps = steps.map {
      vk_step(op: $0.op, a: numbered($0.a), b: $0.b.map(numbered) ?? -1)
    }
    kept = keeps.map { isKept in
      isKept
        ? Storage(
          byteCount: root.count * root.dtype.byteCount, shape: root.shape, dtype: root.dtype)
        : nil
    }
    let inputs = sources.map {
      vk_source(
        data: UnsafeRawPointer($0.body.data), stride: $0.body.isSingle ? 0 : 1,
        inner: $0.spread?.inner ?? 0, period: $0.spread?.period ?? 0)
    }
    let outputs = kept.map { $0?.pointer }
    return vk_fused(
      root.dtype.rawValue, root.count, Int32(inputs.count), inputs, Int32(steps.count),
      numberedSteps, outputs, sums ? 1 : 0)
  }
}

extension Body {
  /// Whether all elements are one and the same in memory.
  var isSingle: Bool { count == 1 || !strides.isEmpty && strides.allSatisfy { $0 == 0 } }

  /// That element, without axes.
  var single: Body { Body(viewing: self, offset: 0, shape: [], strides: []) }

  /// One element seen in the shape of another body.
  convenience init(repeating element: Body, as body: Body) {
    self.init(
      viewing: element, offset: 0, shape: body.shape, strides: body.shape.map { _ in 0 })
  }
}

extension Tensor {
  /// The same tensor, its elements computed.
  ///
  /// Long element-wise operations wait until their result is read, so that several of them pass
  /// through memory together. Ask for the elements where the time of a computation is taken.
  @discardableResult
  public func evaluated() -> Tensor {
    if !body.isTraced { _ = body.data }
    return self
  }
}
