import Synchronization

/// Remembers the latest signatures, so that a recorded message cannot be sent again.
package final class SignatureHistory: Sendable {
  /// The 32 bytes of a digest.
  private typealias Digest = SIMD4<UInt64>

  private struct State {
    var known: Set<Digest> = []
    /// A ring, once it is full.
    var inOrder: [Digest] = []
    var oldest = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  package init(capacity: Int = 1 << 16) { self.capacity = capacity }

  /// Notes a signature of 64 hexadecimal digits; returns `false` when it was noted before.
  package func insert(_ signature: [UInt8]) -> Bool {
    var digest = Digest()
    for (index, digit) in signature.prefix(64).enumerated() {
      let value = digit & 15 + (digit > UInt8(ascii: "9") ? 9 : 0)
      digest[index / 16] = digest[index / 16] << 4 | UInt64(value)
    }
    return state.withLock { [digest] state in
      guard state.known.insert(digest).inserted else { return false }
      if state.inOrder.count < capacity {
        state.inOrder.append(digest)
      } else {
        state.known.remove(state.inOrder[state.oldest])
        state.inOrder[state.oldest] = digest
        state.oldest = (state.oldest + 1) % capacity
      }
      return true
    }
  }
}
