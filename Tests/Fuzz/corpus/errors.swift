enum Failure: Error { case empty, tooLong(Int) }
func check(_ text: String) throws -> Int {
  if text.isEmpty { throw Failure.empty }
  if text.count > 5 { throw Failure.tooLong(text.count) }
  return text.count
}
do { print(try check("abcdefg")) } catch Failure.tooLong(let n) { print("too long:", n) } catch { print(error) }
