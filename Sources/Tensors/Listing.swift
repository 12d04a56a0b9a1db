internal import _CVectorKernels

/// Where elements are: in a buffer of a recording, so many bytes behind its beginning.
struct Place: Hashable {
  let buffer: Int32
  let offset: Int
}

/// One operation of a recording: a call of a kernel (see `ReplayKernels.h`).
struct Instruction: Hashable {
  let kind: UInt8
  let code: UInt8
  let dtype: DType
  let flags: UInt8
  let n: Int
  let a: Place
  let b: Place?
  let c: Place?
  /// What the result begins with.
  let base: Base
  /// Where in the result it writes, in bytes.
  let shift: Int
  let ints: [Int]
  /// Size of the result.
  let bytes: Int

  /// Whether this only compares a truth value with the one that was found.
  var isGuard: Bool { kind == UInt8(VK_R_GUARD.rawValue) }

  enum Base: Hashable {
    case nothing, zeros
    case place(Place)
  }

  /// The buffers that it reads.
  func forEachOperand(_ body: (Int32) -> Void) {
    body(a.buffer)
    if let b { body(b.buffer) }
    if let c { body(c.buffer) }
    if case .place(let place) = base { body(place.buffer) }
  }
}

/// What a recorded function returns.
enum Outcome {
  case constant(Body)
  case argument(Int)
  /// A buffer, and how it is to be seen.
  case computed(Int32, [Int], DType)

  var buffer: Int32? {
    if case .computed(let buffer, _, _) = self { buffer } else { nil }
  }
}

extension [Outcome] {
  /// In what another call's results differ, in words.
  func difference(to other: [Outcome]) -> String? {
    let isSame = elementsEqual(other) { mine, theirs in
      switch (mine, theirs) {
      case (.constant(let a), .constant(let b)):
        a === b || a.dtype == b.dtype && a.shape == b.shape && a.holdsSame(as: b)
      case (.argument(let i), .argument(let j)): i == j
      case (.computed(let a, let m, let s), .computed(let b, let n, let t)):
        a == b && m == n && s == t
      default: false
      }
    }
    return isSame ? nil : "the second call returned something else than the first"
  }
}

/// A recording: operations in order, each with a buffer of its own for its result.
struct Listing {
  enum Origin {
    case argument(Int)
    case constant(Body)
    case instruction(Int)
  }

  private(set) var instructions: ContiguousArray<Instruction> = []
  /// The buffer of each instruction's result.
  private(set) var results: ContiguousArray<Int32> = []
  private(set) var origins: ContiguousArray<Origin> = []
  private var sizes: ContiguousArray<Int> = []

  mutating func add(_ origin: Origin, _ bytes: Int) -> Int32 {
    origins.append(origin)
    sizes.append(bytes)
    return Int32(origins.count - 1)
  }

  mutating func add(_ instruction: Instruction) -> Int32 {
    let buffer = add(.instruction(instructions.count), instruction.bytes)
    instructions.append(instruction)
    results.append(buffer)
    return buffer
  }

  func bytes(of buffer: Int32) -> Int { sizes[Int(buffer)] }

  func isComputed(_ buffer: Int32) -> Bool {
    if case .instruction = origins[Int(buffer)] { true } else { false }
  }

  /// The body that holds the elements of a buffer without being computed.
  func source(of buffer: Int32, _ arguments: [Body]) -> Body? {
    switch origins[Int(buffer)] {
    case .argument(let i): arguments[i]
    case .constant(let body): body
    case .instruction: nil
    }
  }

  /// The conditions that were met, in order.
  private var guards: [UInt8] { instructions.filter(\.isGuard).map(\.code) }
  /// How many there are.
  var guardCount: Int { instructions.count { $0.isGuard } }

  /// Of two calls that took different branches.
  static let otherBranch = "conditions on elements came out differently from call to call"

  /// In what another recording of the same function differs, in words.
  func difference(to other: Listing) -> String? {
    let changed =
      "a number or tensor that is not an argument changed from the first call to the second; "
      + "make it an argument"
    guard instructions == other.instructions, results == other.results else {
      if guards != other.guards { return Listing.otherBranch }
      let isSame = instructions.elementsEqual(other.instructions) {
        $0.kind == $1.kind && $0.code == $1.code && $0.bytes == $1.bytes
      }
      return isSame ? changed : "the second call carried out other operations than the first"
    }
    for (mine, theirs) in zip(origins, other.origins) {
      guard case .constant(let a) = mine, case .constant(let b) = theirs, a !== b else { continue }
      guard a.dtype == b.dtype, a.shape == b.shape, a.strides == b.strides, a.holdsSame(as: b)
      else {
        return changed
      }
    }
    return nil
  }
}

extension Body {
  /// Whether all bytes are equal.
  fileprivate func holdsSame(as other: Body) -> Bool {
    let (a, b) = (contiguous(), other.contiguous())
    let size = count * dtype.byteCount
    return UnsafeRawBufferPointer(start: a.data, count: size).elementsEqual(
      UnsafeRawBufferPointer(start: b.data, count: size))
  }
}
