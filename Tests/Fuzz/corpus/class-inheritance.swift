class Shape {
  var name: String { "shape" }
  func describe() -> String { "a \(name)" }
}
final class Circle: Shape {
  override var name: String { "circle, " + super.name }
}
Circle().describe()
