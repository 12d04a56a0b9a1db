enum Shape {
  case circle(radius: Double)
  case rectangle(Double, Double)
}
func area(_ shape: Shape) -> Double {
  switch shape {
  case .circle(let radius): 3 * radius * radius
  case let .rectangle(w, h): w * h
  }
}
area(.rectangle(2, 3)) + area(.circle(radius: 1))
