import Display
internal import _CVectorKernels

/// A recording made ready to be carried out: words for `vk_replay`, and where in one block of memory
/// each buffer lies while it is needed.
final class ReplayProgram: Sendable {
  /// Words in which addresses within the block are offsets, named by ``relative``.
  let words: ContiguousArray<UInt64>
  let relative: ContiguousArray<Int32>
  let byteCount: Int
  /// Where arguments begin in the block; −1 for one that nothing needs.
  let argumentOffsets: [Int]
  /// Small constants, which lie in the block too, and where.
  let copied: [(offset: Int, body: Body)]
  /// Constants that are read where they are.
  let kept: [Body]
  /// How many operations there are.
  let operations: Int
  private let offsets: [Int32: Int]

  /// - Parameter outputs: buffers whose elements are there at the end.
  init(_ listing: Listing, outputs: [Int32]) {
    var plan = Plan(listing, outputs)
    plan.placeSources()
    for i in listing.instructions.indices
    where plan.isNeeded[Int(listing.results[i])] || listing.instructions[i].isGuard {
      plan.add(listing.instructions[i], listing.results[i], i)
    }
    (words, relative, byteCount) = (plan.words, plan.relative, plan.end)
    (copied, kept) = (plan.copied, plan.kept)
    operations = plan.operations
    argumentOffsets = plan.argumentOffsets
    offsets = Dictionary(uniqueKeysWithValues: outputs.map { ($0, plan.offsets[Int($0)]) })
  }

  /// Where an output lies in the block.
  func offset(of output: Int32) -> Int { offsets[output] ?? 0 }
}

/// A program with memory of its own; one call at a time uses it.
final class Instance {
  private let program: ReplayProgram
  private let block: UnsafeMutableRawPointer
  private let words: UnsafeMutablePointer<UInt64>

  init(_ program: ReplayProgram) {
    self.program = program
    let size = max(program.byteCount, 1024)
    guard size <= Int(vk_physical_memory()), let block = vk_allocate(size) else {
      Storage.refuse([program.byteCount], .uint8)
    }
    self.block = block
    words = .allocate(capacity: max(1, program.words.count))
    program.words.withUnsafeBufferPointer { from in
      if let base = from.baseAddress { words.initialize(from: base, count: from.count) }
    }
    let base = UInt64(UInt(bitPattern: block))
    for i in program.relative { words[Int(i)] &+= base }
    for (offset, body) in program.copied {
      (block + offset).copyMemory(from: body.data, byteCount: body.count * body.dtype.byteCount)
    }
  }

  deinit {
    vk_release(block, max(program.byteCount, 1024))
    words.deallocate()
  }

  /// Carries everything out; false where a condition came out differently.
  ///
  /// - Parameter looks: whether an interrupt may end the thread on the way.
  @discardableResult
  func run(_ arguments: [Body], looks: Bool = true) -> Bool {
    for (body, offset) in zip(arguments, program.argumentOffsets) where offset >= 0 {
      (block + offset).copyMemory(from: body.data, byteCount: body.count * body.dtype.byteCount)
    }
    var at = UnsafePointer(words)
    let end = at + program.words.count
    while at < end {
      guard let next = vk_replay(at, end, 1 << 12) else { return false }
      at = next
      if looks && at < end { _checkpoint() }
    }
    return true
  }

  func pointer(to output: Int32) -> UnsafeMutableRawPointer {
    block + program.offset(of: output)
  }
}
