struct Wrapper {
  let values = [1, 2, 3]
  subscript<R: RangeExpression<Int>>(range: R) -> [Int] { Array(values[range]) }
}
Wrapper()[1...]
