import Display
internal import _CVectorKernels
import Synchronization

/// Notes what a function does to its arguments, instead of doing it.
///
/// While a function is recorded, operations on its arguments, and on what came of these, give bodies
/// that have a shape but no elements. Whoever wants elements asks ``Body/data``, and a body without
/// any asks the recording: then what was noted is carried out, every body that still lives gets its
/// elements, and the function goes on as if nobody had recorded it. So whatever a function does that
/// depends on values (a condition, an operation without a note here) is found out by itself, and
/// nothing needs to be told about recordings in order to be right.
///
/// Operations on constants alone are carried out while the function is recorded.
final class Recorder: Tracer, @unchecked Sendable {
  var depth: Int { 0 }
  var enclosing: (any Tracer)? { nil }
  // Sums of integers may end in an error, which a recording does not say.
  var takesWideSums: Bool { false }

  /// What was noted.
  private(set) var listing = Listing()
  /// Why the recording ended early, if it did.
  private(set) var refusal: String?

  /// The bodies that were given out, and where their elements will be.
  private var bodies: ContiguousArray<Body> = []
  private var places: ContiguousArray<Place> = []
  private var arguments: [Body] = []
  private(set) var isOpen = true
  /// Conditions that were decided.
  private var guards = 0
  /// What is known already: the same operation on the same operands gives the same elements.
  private var known: [Instruction: Int32] = [:]
  private var numbers: [Number: Int32] = [:]
  private var constants: [ObjectIdentifier: Int32] = [:]
  /// Long element-wise results: outside of recordings they may wait to be computed.
  private var waiting: Set<Int32> = []
  private let lock = Mutex<Void>(())

  private struct Number: Hashable {
    let bits: UInt64
    let dtype: DType
  }

  /// Why a recording ended that `stoppingAtNaN` met, here or on another thread.
  static let isWatched = "stoppingAtNaN looks at its results"

  /// Begins a recording on this thread; returns what stands for the arguments.
  func begin(_ inputs: [Body]) -> [Tensor] {
    vk_set_recorder_slot(Unmanaged.passUnretained(self).toOpaque())
    arguments = inputs
    return inputs.enumerated().map { i, body in
      let buffer = listing.add(.argument(i), body.count * body.dtype.byteCount)
      return Tensor(given(Place(buffer: buffer, offset: 0), body.shape, body.dtype))
    }
  }

  private func given(_ place: Place, _ shape: [Int], _ dtype: DType) -> Body {
    let body = Body(shape, dtype, of: self, number: Int32(bodies.count))
    bodies.append(body)
    places.append(place)
    return body
  }

  /// Notes a view of a body; `nil` if the recording has ended meanwhile.
  func add(_ view: Body, viewing body: Body, _ offset: Int) -> Int32? {
    lock.withLock { _ in
      guard isOpen else { return nil }
      let place = places[Int(body.trace)]
      bodies.append(view)
      places.append(Place(buffer: place.buffer, offset: place.offset + offset))
      return Int32(bodies.count - 1)
    }
  }

  /// Notes an operation; `nil` if the recording has ended meanwhile.
  ///
  /// - Parameters:
  ///   - base: what the result begins with, where the operation only adds to it.
  ///   - waits: whether outside of a recording the operation may wait.
  func emit(
    _ kind: vk_replay_kind, code: UInt32 = 0, _ dtype: DType, flags: UInt8 = 0, n: Int = 0,
    _ a: Body, _ b: Body? = nil, _ c: Body? = nil, base: Base = .nothing, shift: Int = 0,
    ints: [Int] = [], shape: [Int], type: DType, waits: Bool = false
  ) -> Body? {
    _checkpoint()
    // Constants that wait are computed before the lock is taken: an interrupt may end the thread there.
    for operand in [a, b, c] {
      if let operand, !operand.isTraced { _ = operand.data }
    }
    return lock.withLock { _ in
      guard isOpen else { return nil }
      let origin: Instruction.Base =
        switch base {
        case .nothing: .nothing
        case .zeros: .zeros
        case .body(let body): .place(place(body))
        }
      let instruction = Instruction(
        kind: UInt8(kind.rawValue), code: UInt8(code), dtype: dtype, flags: flags, n: n,
        a: place(a), b: b.map(place), c: c.map(place), base: origin, shift: shift, ints: ints,
        bytes: shape.reduce(type.byteCount, &*))
      if instruction.bytes >= 1 << 31 || n >= 1 << 31 || listing.instructions.count >= 1 << 22 {
        refusal = "it has more than four million operations, or tensors of 2 GiB"
        close()
        return nil
      }
      if let buffer = known[instruction] {
        return given(Place(buffer: buffer, offset: 0), shape, type)
      }
      let buffer = listing.add(instruction)
      known[instruction] = buffer
      if waits { waiting.insert(buffer) }
      return given(Place(buffer: buffer, offset: 0), shape, type)
    }
  }

  enum Base { case nothing, zeros, body(Body) }

  private func place(_ body: Body) -> Place {
    if body.isTraced { return places[Int(body.trace)] }
    if body.count == 1 {
      let size = body.dtype.byteCount
      var bits: UInt64 = 0
      withUnsafeMutableBytes(of: &bits) {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: body.data, count: size))
      }
      let number = Number(bits: bits, dtype: body.dtype)
      if let buffer = numbers[number] { return Place(buffer: buffer, offset: 0) }
      let buffer = listing.add(.constant(body), size)
      numbers[number] = buffer
      return Place(buffer: buffer, offset: 0)
    }
    if let buffer = constants[ObjectIdentifier(body)] { return Place(buffer: buffer, offset: 0) }
    let buffer = listing.add(.constant(body), body.count * body.dtype.byteCount)
    constants[ObjectIdentifier(body)] = buffer
    return Place(buffer: buffer, offset: 0)
  }

  /// Decides a condition on elements by carrying out what was noted so far.
  ///
  /// From then on the recording looks whether it comes out the same. `nil` where the element should be
  /// read instead.
  func decide(_ condition: Body) -> Bool? {
    lock.withLock { _ in
      guard isOpen, condition.isTraced, condition.dtype == .bool, condition.count == 1,
        guards < 8
      else { return nil }
      let place = places[Int(condition.trace)]
      let program = ReplayProgram(listing, outputs: [place.buffer])
      let instance = Instance(program)
      guard instance.run(arguments, looks: false) else { return nil }
      let source =
        listing.source(of: place.buffer, arguments)?.data ?? instance.pointer(to: place.buffer)
      let value = (source + place.offset).load(as: UInt8.self) != 0
      guards += 1
      _ = listing.add(
        Instruction(
          kind: UInt8(VK_R_GUARD.rawValue), code: value ? 1 : 0, dtype: .bool, flags: 0, n: guards,
          a: place, b: nil, c: nil, base: .nothing, shift: 0, ints: [], bytes: 0))
      return value
    }
  }

  /// Bytes between the first elements of a body and of a view of it.
  func distance(from body: Body, to view: Body) -> Int? {
    lock.withLock { _ in
      guard isOpen else { return nil }
      if !body.isTraced { return view.data - body.data }
      return places[Int(view.trace)].offset - places[Int(body.trace)].offset
    }
  }

  /// Whether outside of a recording the elements might not have been computed yet.
  func waits(_ body: Body) -> Bool {
    lock.withLock { _ in isOpen && body.isTraced && waiting.contains(places[Int(body.trace)].buffer)
    }
  }

  /// Ends the recording: every body that lives gets its elements.
  func refuse(_ reason: String) {
    lock.withLock { _ in
      guard isOpen else { return }
      refusal = reason
      close()
    }
  }

  /// Ends the recording after the function returned `results`; returns their places, or `nil` where
  /// it cannot be used.
  func end(_ results: [Body]) -> [Outcome]? {
    lock.withLock { _ -> [Outcome]? in
      guard isOpen else { return nil }
      let expected = Set(results.map(ObjectIdentifier.init))
      for i in bodies.indices.dropFirst(arguments.count)
      where !isKnownUniquelyReferenced(&bodies[i])
        && !expected.contains(ObjectIdentifier(bodies[i]))
      {
        refusal = "a tensor that was made inside is kept outside; return it instead"
        break
      }
      let outcomes = refusal == nil ? results.map(outcome) : nil
      close()
      return outcomes
    }
  }

  /// What is to be computed for a result: its elements in row-major order.
  private func outcome(_ body: Body) -> Outcome {
    guard body.isTraced else { return .constant(body) }
    let place = places[Int(body.trace)]
    let bytes = body.count * body.dtype.byteCount
    if place.offset == 0, body.isContiguous, listing.isComputed(place.buffer),
      listing.bytes(of: place.buffer) == bytes
    {
      return .computed(place.buffer, body.shape, body.dtype)
    }
    if case .argument(let i) = listing.origins[Int(place.buffer)], body.isContiguous,
      body.shape == arguments[i].shape
    {
      return .argument(i)
    }
    let copy = Instruction(
      kind: UInt8(VK_R_GATHER.rawValue), code: 0, dtype: body.dtype, flags: 0,
      n: body.dtype.byteCount, a: place, b: nil, c: nil, base: .nothing, shift: 0,
      ints: [body.shape.count] + body.shape + body.fullStrides, bytes: bytes)
    return .computed(known[copy] ?? listing.add(copy), body.shape, body.dtype)
  }

  /// Leaves the thread to others.
  func leave() {
    let own = Unmanaged.passUnretained(self).toOpaque()
    if vk_recorder_slot() == own { vk_set_recorder_slot(nil) }
  }

  private func close() {
    isOpen = false
    leave()
    var alive: [(body: Body, place: Place)] = []
    for i in bodies.indices where !isKnownUniquelyReferenced(&bodies[i]) {
      alive.append((bodies[i], places[i]))
    }
    bodies = []
    known = [:]
    constants = [:]
    waiting = []
    let wanted = Set(alive.map(\.place.buffer)).filter { listing.isComputed($0) }.sorted()
    let program = ReplayProgram(listing, outputs: wanted)
    let instance = Instance(program)
    instance.run(arguments, looks: false)
    var storages: [Int32: Storage] = [:]
    for buffer in wanted {
      let bytes = listing.bytes(of: buffer)
      let storage = Storage(byteCount: bytes, shape: [bytes], dtype: .uint8, looks: false)
      storage.pointer.copyMemory(from: instance.pointer(to: buffer), byteCount: bytes)
      storages[buffer] = storage
    }
    for (body, place) in alive {
      if let storage = storages[place.buffer] {
        body.settle(storage, storage.pointer + place.offset)
      } else if let source = listing.source(of: place.buffer, arguments) {
        body.settle(source.keeper, source.data + place.offset)
      }
    }
    arguments = []
  }
}
