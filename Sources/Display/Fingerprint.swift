extension Sequence<UInt8> {
  /// FNV-1a: the same for the same bytes, in every process; not a secret.
  package var fingerprint: UInt64 {
    reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
