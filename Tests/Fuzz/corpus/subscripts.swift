struct Matrix {
  var storage = [Double](repeating: 0, count: 4)
  subscript(row: Int, column: Int) -> Double {
    get { storage[row * 2 + column] }
    set { storage[row * 2 + column] = newValue }
  }
  static subscript(name: String) -> Int { name.count }
}
var m = Matrix()
m[1, 0] = 2.5
(m.storage, Matrix["abc"])
