func fibonacci(_ n: Int) -> [Int] {
  func next(_ pair: (Int, Int)) -> (Int, Int) { (pair.1, pair.0 + pair.1) }
  var pair = (0, 1)
  return (0..<n).map { _ in
    defer { pair = next(pair) }
    return pair.0
  }
}
fibonacci(10)
