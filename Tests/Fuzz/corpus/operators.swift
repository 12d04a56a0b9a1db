infix operator <+>: AdditionPrecedence
func <+> (a: [Int], b: [Int]) -> [Int] { zip(a, b).map(+) }
[1, 2] <+> [3, 4]
