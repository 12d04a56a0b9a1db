protocol Shape { static var sides: Int { get } }
enum Square: Shape { static let sides = 4 }
enum Triangle: Shape { static let sides = 3 }
func sides<S: Shape>(_: S.Type) -> Int { S.sides }
sides(Square.self) + sides(Triangle.self)
