struct Ticks: AsyncSequence, AsyncIteratorProtocol {
  var left = 3
  mutating func next() async -> Int? {
    guard left > 0 else { return nil }
    left -= 1
    return left
  }
  func makeAsyncIterator() -> Ticks { self }
}
for await tick in Ticks() { print(tick) }
