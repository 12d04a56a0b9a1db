let add = { (a: Int, b: Int) -> Int in a + b }
let twice: (Int) -> Int = { $0 * 2 }
twice(add(1, 2))
