struct Countdown: Sequence, IteratorProtocol {
  var n: Int
  mutating func next() -> Int? {
    defer { n -= 1 }
    return n > 0 ? n : nil
  }
}
Array(Countdown(n: 3))
