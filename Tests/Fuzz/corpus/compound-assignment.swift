struct Vector { var x = 1, y = 2 }
func += (a: inout Vector, b: Vector) {
  a.x += b.x
  a.y += b.y
}
var v = Vector()
v += Vector(x: 10, y: 20)
(v.x, v.y)
