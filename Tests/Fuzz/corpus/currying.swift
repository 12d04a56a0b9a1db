func multiply(_ a: Int) -> (Int) -> Int { { a * $0 } }
multiply(6)(7)
