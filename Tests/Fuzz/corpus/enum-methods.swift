enum Light: String {
  case red, green
  mutating func toggle() { self = self == .red ? .green : .red }
  static var initial: Self { .red }
}
var light = Light.initial
light.toggle()
light.rawValue
