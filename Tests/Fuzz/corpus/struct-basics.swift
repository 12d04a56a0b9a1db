struct Vector {
  var x = 0.0, y = 0.0
  var length: Double { (x * x + y * y).squareRoot() }
  mutating func scale(by factor: Double) {
    x *= factor
    y *= factor
  }
}
var v = Vector(x: 3, y: 4)
v.scale(by: 2)
v.length
