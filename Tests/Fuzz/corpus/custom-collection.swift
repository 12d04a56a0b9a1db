struct Squares: RandomAccessCollection {
  let count: Int
  var startIndex: Int { 0 }
  var endIndex: Int { count }
  subscript(i: Int) -> Int { i * i }
}
Squares(count: 5).reversed().map { $0 }
