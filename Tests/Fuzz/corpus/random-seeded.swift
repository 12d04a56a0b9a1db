struct Generator: RandomNumberGenerator {
  var state: UInt64 = 1
  mutating func next() -> UInt64 {
    state = state &* 6_364_136 &+ 14_426
    return state
  }
}
var generator = Generator()
[1, 2, 3, 4].shuffled(using: &generator).count
