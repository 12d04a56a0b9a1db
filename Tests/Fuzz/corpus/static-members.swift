struct Temperature {
  static let freezing = Temperature(celsius: 0)
  var celsius: Double
  static func + (a: Self, b: Self) -> Self { Self(celsius: a.celsius + b.celsius) }
}
(Temperature.freezing + Temperature(celsius: 20)).celsius
