extension Int {
  var squared: Int { self * self }
  func times(_ body: () -> Void) { for _ in 0..<self { body() } }
}
2.times { print("tick") }
5.squared
