internal import _CVectorKernels
import Synchronization

/// The notes of one thread: what was computed since its outermost differentiation began.
///
/// Differentiations nest: each opens a *scope*, numbered by its depth (*level*), and marks its
/// arguments. An entry's mask says on which open levels it depends. While level `l` is walked
/// back, only what depends on other levels is noted, so a first derivative costs no notes, and
/// a second derivative exactly the notes it needs. Positions replace references between entries:
/// a recurrence of a million steps is an array, not a chain of objects.
///
/// One thread uses it at a time.
final class Tape: @unchecked Sendable {
  struct Scope {
    let id: UInt64
    let start: Int
  }

  @exclusivity(unchecked) var entries: ContiguousArray<Entry> = []
  @exclusivity(unchecked) var scopes: [Scope] = []
  /// Levels that are being walked back: what only they depend on is not noted.
  @exclusivity(unchecked) var excluded: UInt64 = 0

  /// Whether only a gradient is wanted: sums of long results that wait need not be taken.
  @exclusivity(unchecked) var putsSumsOff = false

  /// The tape of this thread, if a differentiation is under way.
  static var current: Tape? {
    guard let raw = vk_thread_slot() else { return nil }
    return Unmanaged<Tape>.fromOpaque(raw).takeUnretainedValue()
  }

  private static let lastScope = Atomic<UInt64>(0)

  private struct Shared {
    /// Outermost scopes of all threads: a value under differentiation must not be used on another.
    var open: [UInt64] = []
    /// Tapes that nobody uses now, with the room they have: a loop of small steps allocates none.
    var spare: [Tape] = []
  }
  private static let shared = Mutex(Shared())

  /// A number above those of all scopes so far.
  static func nextID() -> UInt64 { lastScope.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Begins a differentiation.
  static func begin() -> Tape {
    let id = nextID()
    let tape: Tape
    if let existing = current {
      tape = existing
    } else {
      tape = shared.withLock {
        $0.open.append(id)
        return $0.spare.popLast() ?? Tape()
      }
      vk_set_thread_slot(Unmanaged.passRetained(tape).toOpaque())
    }
    guard tape.scopes.count < 60 else { stop("gradient: nested more than 60 deep") }
    tape.scopes.append(Scope(id: id, start: tape.entries.count))
    return tape
  }

  /// Ends the innermost differentiation and forgets what nothing else depends on.
  func end() {
    let scope = scopes.removeLast()
    if scopes.isEmpty {
      entries.removeAll(keepingCapacity: entries.capacity <= 1 << 17)
      Tape.shared.withLock {
        $0.open.removeAll { $0 == scope.id }
        if $0.spare.count < 4 { $0.spare.append(self) }
      }
      if let raw = vk_thread_slot() {
        vk_set_thread_slot(nil)
        Unmanaged<Tape>.fromOpaque(raw).release()
      }
      return
    }
    let lower: UInt64 = (1 << UInt64(scopes.count)) - 1
    for i in scope.start..<entries.count where entries[i].mask & lower != 0 { return }
    entries.removeSubrange(scope.start...)
  }

  /// The open levels that a value depends on.
  func mask(of tensor: Tensor) -> UInt64 {
    if tensor.scope == 0 { return 0 }
    if scopes.count == 1 && tensor.scope == scopes[0].id { return ~excluded & 1 }
    var level = scopes.count - 1
    while level >= 0 && scopes[level].id != tensor.scope { level -= 1 }
    if level < 0 {
      Tape.checkForeign(tensor.scope)
      return 0
    }
    // While the outermost level is walked back, its entries go, and nothing of it is noted.
    if level == 0 && excluded & 1 == 1 { return 0 }
    // Bits of levels that were opened after this value was computed are left over from others.
    var top = scopes.count - 1
    while top > level && scopes[top].start > tensor.index { top -= 1 }
    return entries[tensor.index].mask & ((2 << UInt64(top)) - 1)
  }

  @inline(never)
  static func checkForeign(_ scope: UInt64) {
    if shared.withLock({ $0.open.contains(scope) }) {
      stop("a tensor that is being differentiated on one thread was used on another")
    }
  }

  /// Marks an argument of the innermost differentiation.
  func leaf(_ tensor: Tensor) -> Tensor {
    let outer = mask(of: tensor) & ~excluded
    let all = outer | (1 << UInt64(scopes.count - 1))
    return append(
      Entry(
        primitive: .leaf, mask: all, a: tensor, maskA: outer, output: tensor.body))
  }

  private func append(_ entry: consuming Entry) -> Tensor {
    entry.scope = scopes[entry.mask.trailingZeroBitCount].id
    let result = Tensor(entry.output, scope: entry.scope, index: entries.count)
    entries.append(entry)
    return result
  }

  func note(
    _ primitive: Primitive, _ output: Body, _ a: Tensor, _ b: Tensor?, _ c: Tensor?,
    _ attributes: () -> Attributes?
  ) -> Tensor {
    let limits = ~excluded
    let maskA = mask(of: a) & limits
    var (maskB, maskC): (UInt64, UInt64) = (0, 0)
    if let b { maskB = mask(of: b) & limits }
    if let c { maskC = mask(of: c) & limits }
    let all = maskA | maskB | maskC
    if all == 0 { return Tensor(output) }
    return append(
      Entry(
        primitive: primitive, mask: all, a: a, b: b, rest: c.map { Operands([$0], [maskC]) },
        maskA: maskA, maskB: maskB, output: output, attributes: attributes()))
  }

  func note(
    _ primitive: Primitive, _ output: Body, _ operands: [Tensor], _ attributes: Attributes?
  ) -> Tensor {
    let limits = ~excluded
    let masks = operands.map { mask(of: $0) & limits }
    let all = masks.reduce(0, |)
    guard all != 0, let first = operands.first else { return Tensor(output) }
    return append(
      Entry(
        primitive: primitive, mask: all, a: first, rest: Operands(operands, masks),
        output: output, attributes: attributes))
  }
}

/// The result of an operation, noted if a derivative may be asked of it.
@inline(__always)
func noted(_ primitive: Primitive, _ output: Body, _ a: Tensor) -> Tensor {
  if NaNWatch.isOn { NaNWatch.check(primitive, output, [a]) }
  if a.scope == 0 { return Tensor(output) }
  return notedSlowly(primitive, output, a, nil, nil) { nil }
}

@inline(__always)
func noted(
  _ primitive: Primitive, _ output: Body, _ a: Tensor,
  _ attributes: @autoclosure () -> Attributes?
) -> Tensor {
  if NaNWatch.isOn { NaNWatch.check(primitive, output, [a]) }
  if a.scope == 0 { return Tensor(output) }
  return notedSlowly(primitive, output, a, nil, nil, attributes)
}

@inline(__always)
func noted(
  _ primitive: Primitive, _ output: Body, _ a: Tensor, _ b: Tensor,
  _ attributes: @autoclosure () -> Attributes? = nil
) -> Tensor {
  if NaNWatch.isOn { NaNWatch.check(primitive, output, [a, b]) }
  if a.scope | b.scope == 0 { return Tensor(output) }
  return notedSlowly(primitive, output, a, b, nil, attributes)
}

@inline(__always)
func noted(
  _ primitive: Primitive, _ output: Body, _ a: Tensor, _ b: Tensor, _ c: Tensor?,
  _ attributes: @autoclosure () -> Attributes? = nil
) -> Tensor {
  if NaNWatch.isOn { NaNWatch.check(primitive, output, [a, b] + (c.map { [$0] } ?? [])) }
  if a.scope | b.scope | (c?.scope ?? 0) == 0 { return Tensor(output) }
  return notedSlowly(primitive, output, a, b, c, attributes)
}

@inline(never)
func notedSlowly(
  _ primitive: Primitive, _ output: Body, _ a: Tensor, _ b: Tensor?, _ c: Tensor?,
  _ attributes: () -> Attributes?
) -> Tensor {
  guard let tape = Tape.current else {
    for operand in [a, b, c] {
      if let operand, operand.scope != 0 { Tape.checkForeign(operand.scope) }
    }
    return Tensor(output)
  }
  return tape.note(primitive, output, a, b, c, attributes)
}

func noted(
  _ primitive: Primitive, _ output: Body, _ operands: [Tensor],
  _ attributes: @autoclosure () -> Attributes? = nil
) -> Tensor {
  if NaNWatch.isOn { NaNWatch.check(primitive, output, operands) }
  guard operands.contains(where: { $0.scope != 0 }) else { return Tensor(output) }
  guard let tape = Tape.current else {
    for operand in operands where operand.scope != 0 { Tape.checkForeign(operand.scope) }
    return Tensor(output)
  }
  return tape.note(primitive, output, operands, attributes())
}
