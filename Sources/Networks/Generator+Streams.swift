import Tensors

extension Generator {
  /// The stream of a number, the same for the same generator and number, in constant time.
  ///
  /// Mixed by SplitMix64 (doi:10.1145/2660193.2660195), so that neighbours are unrelated.
  package func stream(_ index: Int) -> Generator {
    var z = ahead &+ UInt64(bitPattern: Int64(index)) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Generator(seed: z ^ (z >> 31))
  }
}
