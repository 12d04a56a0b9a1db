@discardableResult
func push(_ n: Int, onto list: inout [Int]) -> Int {
  list.append(n)
  return list.count
}
var list: [Int] = []
push(1, onto: &list)
push(2, onto: &list)
