/// A small, fast stream for rollouts (SplitMix64, doi:10.1145/2660193.2660195).
struct RolloutStream: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  @inline(__always) mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number below a bound, by multiplication; off by less than 2⁻³² of a share.
  @inline(__always) mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(bound)) >> 32)
  }

  /// A number in [0, 1).
  @inline(__always) mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// One number from two, well mixed.
func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var stream = RolloutStream(a ^ (b &* 0xD6E8_FEB8_6659_FD93))
  return stream.next()
}

extension HanabiGame {
  /// Cards that are in nobody's sight but the dealer's: neither gone nor in a hand.
  var undrawn: CardCounts {
    var left = unseen
    for player in 0..<2 {
      for slot in 0..<Int(held[player]) { left.remove(cards[5 * player + slot]) }
    }
    return left
  }

  /// Puts the cards that are in no hand into the deck in a new order.
  mutating func reshuffle(_ stream: inout RolloutStream) {
    var left = undrawn
    var place = Int(drawn)
    while left.kinds != 0 {
      let type = UInt8(left.kinds.trailingZeroBitCount)
      deck[place] = type
      place += 1
      left.remove(type)
    }
    var last = place - 1
    while last > Int(drawn) {
      let other = Int(drawn) + stream.below(last - Int(drawn) + 1)
      let card = deck[last]
      deck[last] = deck[other]
      deck[other] = card
      last -= 1
    }
  }
}
