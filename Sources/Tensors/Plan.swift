internal import _CVectorKernels

/// Finds a place for each buffer of a recording, and writes its operations as words.
struct Plan {
  private let listing: Listing
  private(set) var isNeeded: [Bool]
  /// The last operation that reads a buffer; `Int.max` for outputs and constants.
  private var last: [Int]
  /// Where buffers lie in the block; −1 for those that do not.
  private(set) var offsets: [Int]
  private(set) var argumentOffsets: [Int] = []
  private(set) var words: ContiguousArray<UInt64> = []
  private(set) var relative: ContiguousArray<Int32> = []
  private(set) var copied: [(offset: Int, body: Body)] = []
  private(set) var kept: [Body] = []
  private(set) var end = 0
  private(set) var operations = 0
  /// Places that are free again, by size.
  private var free: [Int: [Int]] = [:]

  init(_ listing: Listing, _ outputs: [Int32]) {
    self.listing = listing
    let count = listing.origins.count
    var needed = [Bool](repeating: false, count: count)
    var last = [Int](repeating: -1, count: count)
    for output in outputs { (needed[Int(output)], last[Int(output)]) = (true, Int.max) }
    for i in listing.instructions.indices.reversed()
    where needed[Int(listing.results[i])] || listing.instructions[i].isGuard {
      listing.instructions[i].forEachOperand { buffer in
        needed[Int(buffer)] = true
        last[Int(buffer)] = max(last[Int(buffer)], i)
      }
    }
    isNeeded = needed
    self.last = last
    offsets = [Int](repeating: -1, count: count)
  }

  /// Places that neighbours in time share a line of the cache: numbers lie close to each other.
  private func rounded(_ bytes: Int) -> Int {
    bytes <= 8 ? 8 : bytes <= 16 ? 16 : (bytes + 63) & ~63
  }

  private mutating func take(_ bytes: Int) -> Int {
    let size = rounded(bytes)
    if let place = free[size]?.popLast() { return place }
    if size >= 64 { end = (end + 63) & ~63 } else { end = (end + size - 1) & ~(size - 1) }
    defer { end += size }
    return end
  }

  /// Arguments, and constants that are small, lie in the block.
  mutating func placeSources() {
    for (buffer, origin) in listing.origins.enumerated() {
      switch origin {
      case .argument:
        offsets[buffer] = isNeeded[buffer] ? take(listing.bytes(of: Int32(buffer))) : -1
        argumentOffsets.append(offsets[buffer])
      case .constant(let body) where isNeeded[buffer]:
        last[buffer] = Int.max
        let bytes = listing.bytes(of: Int32(buffer))
        if bytes <= 256 && (body.isContiguous || body.count == 1) {
          offsets[buffer] = take(bytes)
          copied.append((offsets[buffer], body))
        } else {
          kept.append(body)
        }
      default: break
      }
    }
  }

  mutating func add(_ instruction: Instruction, _ result: Int32, _ i: Int) {
    if instruction.isGuard {
      head(VK_R_GUARD, code: instruction.code)
      address(instruction.a)
      return release(instruction, i)
    }
    guard instruction.bytes > 0 else {
      offsets[Int(result)] = 0
      return
    }
    operations += 1
    // A result that begins with a buffer nobody needs any more takes its place.
    var isInPlace = false
    if case .place(let base) = instruction.base, base.offset == 0, last[Int(base.buffer)] == i,
      listing.isComputed(base.buffer), listing.bytes(of: base.buffer) == instruction.bytes,
      instruction.a.buffer != base.buffer
    {
      isInPlace = true
      offsets[Int(result)] = offsets[Int(base.buffer)]
    } else {
      offsets[Int(result)] = take(instruction.bytes)
    }
    write(instruction, offsets[Int(result)], isInPlace)
    release(instruction, i, except: isInPlace ? offsets[Int(result)] : -1)
  }

  /// Frees the places of operands that nothing reads any more.
  private mutating func release(_ instruction: Instruction, _ i: Int, except taken: Int = -1) {
    var released: Set<Int32> = []
    instruction.forEachOperand { buffer in
      // What has no elements has no place.
      let isPlaced = offsets[Int(buffer)] >= 0 && listing.bytes(of: buffer) > 0
      if last[Int(buffer)] == i && isPlaced { released.insert(buffer) }
    }
    for buffer in released where offsets[Int(buffer)] != taken {
      free[rounded(listing.bytes(of: buffer)), default: []].append(offsets[Int(buffer)])
    }
  }

  private mutating func write(_ instruction: Instruction, _ out: Int, _ isInPlace: Bool) {
    switch instruction.base {
    case .nothing: break
    case .zeros:
      head(VK_R_ZERO, n: instruction.bytes)
      inBlock(out)
    case .place(let base): if !isInPlace { copy(out, base, instruction.bytes) }
    }
    let kind = vk_replay_kind(UInt32(instruction.kind))
    let size = instruction.dtype.byteCount
    switch kind {
    case VK_R_UNARY where instruction.n == 1, VK_R_BINARY where instruction.n == 1:
      if let one = number(instruction) {
        head(one)
        inBlock(out)
        address(instruction.a)
        if let b = instruction.b { address(b) }
        return
      }
    case VK_R_SCATTER where instruction.isRun:
      return copy(out + instruction.shift, instruction.a, instruction.elements * size)
    case VK_R_SCATTER_ADD where instruction.elements == 1:
      head(instruction.dtype == .float32 ? VK_R_ADD_F32 : VK_R_ADD_F64)
      inBlock(out + instruction.shift)
      inBlock(out + instruction.shift)
      address(instruction.a)
      return
    case VK_R_GATHER where instruction.isRun:
      return copy(out, instruction.a, instruction.elements * size)
    default: break
    }
    head(
      kind, code: instruction.code, dtype: instruction.dtype, flags: instruction.flags,
      n: instruction.n)
    inBlock(out + instruction.shift)
    address(instruction.a)
    if let b = instruction.b { address(b) }
    if let c = instruction.c { address(c) }
    for number in instruction.ints { words.append(UInt64(bitPattern: Int64(number))) }
  }

  private mutating func copy(_ out: Int, _ from: Place, _ bytes: Int) {
    head(bytes == 4 ? VK_R_COPY4 : bytes == 8 ? VK_R_COPY8 : VK_R_COPY, n: bytes)
    inBlock(out)
    address(from)
  }

  private mutating func head(
    _ kind: vk_replay_kind, code: UInt8 = 0, dtype: DType = .float32, flags: UInt8 = 0, n: Int = 0
  ) {
    let low = UInt64(kind.rawValue) | UInt64(code) << 8 | UInt64(UInt32(dtype.rawValue)) << 16
    words.append(low | UInt64(flags) << 24 | UInt64(n) << 32)
  }

  private mutating func inBlock(_ offset: Int) {
    relative.append(Int32(words.count))
    words.append(UInt64(offset))
  }

  private mutating func address(_ place: Place) {
    if offsets[Int(place.buffer)] >= 0 {
      inBlock(offsets[Int(place.buffer)] + place.offset)
    } else if case .constant(let body) = listing.origins[Int(place.buffer)] {
      words.append(UInt64(UInt(bitPattern: body.data + place.offset)))
    } else {
      stop("a recorded operation without an operand")
    }
  }

  /// The short form of arithmetic with single numbers.
  private func number(_ instruction: Instruction) -> vk_replay_kind? {
    let isUnary = vk_replay_kind(UInt32(instruction.kind)) == VK_R_UNARY
    let isWide = instruction.dtype == .float64
    guard isWide || instruction.dtype == .float32 else { return nil }
    if isUnary {
      switch UInt32(instruction.code) {
      case VK_NEG.rawValue: return isWide ? VK_R_NEG_F64 : VK_R_NEG_F32
      case VK_SQUARE.rawValue: return isWide ? VK_R_SQUARE_F64 : VK_R_SQUARE_F32
      default: return nil
      }
    }
    switch UInt32(instruction.code) {
    case VK_ADD.rawValue: return isWide ? VK_R_ADD_F64 : VK_R_ADD_F32
    case VK_SUB.rawValue: return isWide ? VK_R_SUB_F64 : VK_R_SUB_F32
    case VK_MUL.rawValue: return isWide ? VK_R_MUL_F64 : VK_R_MUL_F32
    case VK_DIV.rawValue: return isWide ? VK_R_DIV_F64 : VK_R_DIV_F32
    default: return nil
    }
  }
}

extension Instruction {
  private var axes: Int { ints[0] }
  private var shape: [Int] { Array(ints[1..<(1 + axes)]) }

  /// Elements that a copy moves.
  fileprivate var elements: Int { shape.reduce(1, *) }

  /// Whether a copy goes to, or comes from, one run of elements.
  fileprivate var isRun: Bool { isRowMajor(shape, Array(ints[(1 + axes)..<(1 + 2 * axes)])) }
}
