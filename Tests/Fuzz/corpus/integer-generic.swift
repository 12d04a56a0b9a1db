struct Mod<let n: Int> {
  var value: Int
  static func + (a: Self, b: Self) -> Self { Self(value: (a.value + b.value) % n) }
}
(Mod<7>(value: 5) + Mod<7>(value: 4)).value
