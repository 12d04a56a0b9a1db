func length(_ text: borrowing String) -> Int { text.count }
func take(_ list: consuming [Int]) -> [Int] {
  list.append(4)
  return list
}
(length("abc"), take([1]))
