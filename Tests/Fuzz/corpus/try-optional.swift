func parse(_ text: String) throws -> Int {
  struct NotANumber: Error {}
  guard let n = Int(text) else { throw NotANumber() }
  return n
}
[try? parse("1"), try? parse("x")]
