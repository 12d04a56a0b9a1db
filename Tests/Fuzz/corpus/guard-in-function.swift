func half(_ n: Int?) -> Int {
  guard let n, n > 0 else { return -1 }
  return n / 2
}
[half(8), half(nil), half(-3)]
