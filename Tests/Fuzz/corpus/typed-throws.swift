enum ParseError: Error { case bad(Character) }
func digits(_ text: String) throws(ParseError) -> [Int] {
  var result: [Int] = []
  for c in text {
    guard let n = c.wholeNumberValue else { throw .bad(c) }
    result.append(n)
  }
  return result
}
do { print(try digits("12a")) } catch { switch error { case .bad(let c): print("bad", c) } }
