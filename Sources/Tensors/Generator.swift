internal import _CVectorKernels
import Synchronization

/// A stream of random numbers, as a value: the same seed gives the same numbers on every machine
/// and with any number of threads.
///
/// ```swift
/// var generator = Generator(seed: 7)
/// let noise = Tensor.normal([3, 4], from: &generator)
/// var other = generator.split()     // an independent stream
/// ```
///
/// Philox4x32-10 (doi:10.1145/2063384.2063405): number `i` of a stream is a function of the key
/// and `i`. Bits and uniform numbers are exact on every machine; the other distributions are
/// computed by one fixed sequence of double-precision operations.
public struct Generator: Sendable, Hashable, RandomNumberGenerator {
  let key: UInt64
  var offset: UInt64 = 0

  /// A generator whose numbers a seed decides.
  public init(seed: UInt64) { key = seed }

  /// A generator whose numbers a seed decides.
  public init(seed: Int) { key = UInt64(bitPattern: Int64(seed)) }

  /// Takes `words` 32-bit words, beginning at a whole block.
  mutating func take(_ words: Int) -> UInt64 {
    refuseTracing(
      "it draws random numbers; draw them outside and pass them as arguments")
    defer { offset += UInt64((words + 3) / 4 * 4) }
    return offset
  }

  /// One block of Philox4x32-10: the function behind all streams.
  package static func philox(key: UInt64, counter: [UInt32]) -> [UInt32] {
    var out: [UInt32] = [0, 0, 0, 0]
    vk_philox(UInt32(truncatingIfNeeded: key), UInt32(key >> 32), counter, &out)
    return out
  }

  /// Random words from a counter that the stream itself never reaches.
  private static func side(_ key: UInt64, _ a: UInt64, _ b: UInt32, _ tag: UInt32) -> (
    UInt32, UInt32, UInt32, UInt32
  ) {
    let out = philox(
      key: key, counter: [UInt32(truncatingIfNeeded: a), UInt32(a >> 32), b, tag])
    return (out[0], out[1], out[2], out[3])
  }

  /// An independent stream; the next call gives another one.
  public mutating func split() -> Generator { split(for: .split) }

  /// What numbers of a stream are for: those of one seed have nothing to do with each other.
  enum Use: UInt32 {
    case split = 0x5EED
    case truncatedNormal, gamma, beta, dirichlet, exponential, poisson, choice
  }

  mutating func split(for use: Use) -> Generator {
    let words = Generator.side(key, take(4) / 4, 0, use.rawValue)
    return Generator(seed: UInt64(words.0) | UInt64(words.1) << 32)
  }

  /// `count` independent streams.
  public mutating func split(_ count: Int) -> [Generator] { (0..<count).map { _ in split() } }

  public mutating func next() -> UInt64 { bits(at: take(2)) }

  /// What ``next()`` would give, without drawing it: streams are derived from it.
  ///
  /// A recording may derive streams, as long as nothing is drawn from them: who makes a stream for an
  /// objective that draws nothing has not used any random number.
  package var ahead: UInt64 { bits(at: offset) }

  private func bits(at place: UInt64) -> UInt64 {
    var words: [UInt32] = [0, 0]
    vk_random_bits(key, place, VK_USE_BITS.rawValue, 2, &words)
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// A number in [0, 1) with 53 bits.
  public mutating func uniform() -> Double {
    var value = 0.0
    vk_random_uniform(DType.float64.rawValue, key, take(2), VK_USE_UNIFORM.rawValue, 1, &value)
    return value
  }

  /// A standard normal number.
  public mutating func normal() -> Double {
    var value = 0.0
    vk_random_normal(DType.float64.rawValue, key, take(4), 1, &value)
    return value
  }

  /// Attempt `attempt` of element `element`: two uniforms in (0, 1).
  static func pair(_ key: UInt64, _ element: Int, _ attempt: Int) -> (Double, Double) {
    let w = side(key, UInt64(element), UInt32(attempt), 0xA11)
    func unit(_ high: UInt32, _ low: UInt32) -> Double {
      (Double((UInt64(high) << 32 | UInt64(low)) >> 12) + 0.5) * 0x1p-52
    }
    return (unit(w.0, w.1), unit(w.2, w.3))
  }
}

/// The generator behind the overloads that are given none.
let sharedGenerator = Mutex(Generator(seed: 0))

/// Starts the shared generator anew: from here on, the same numbers come in the same order.
public func setSeed(_ seed: Int) { sharedGenerator.withLock { $0 = Generator(seed: seed) } }

/// A stream of its own, split from the shared generator.
public func splitSharedGenerator() -> Generator { sharedGenerator.withLock { $0.split() } }
