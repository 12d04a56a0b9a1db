var log: [String] = []
func note(_ s: String) { log.append(s) }
outer: for i in 1... {
  var j = 0
  repeat {
    j += 1
    if j == 2 { continue outer }
    if i == 3 { break outer }
  } while j < 5
}
let word = switch log.count { case 0: "empty"; case 1..<3: "few"; default: "many" }
print(word)
func kind(_ value: (Int, String?)) -> String {
  switch value {
  case (0, nil): "nothing"
  case (let n, .some(let s)) where s.count == n: "fits \(s)"
  case (1..., _?): "positive"
  case (let n, nil) where n < 0: "negative"
  default: "other"
  }
}
print(kind((0, nil)), kind((2, "ab")), kind((3, "x")), kind((-1, nil)), kind((5, nil)))
func falls(_ n: Int) -> [Int] {
  var seen: [Int] = []
  switch n {
  case 1: seen.append(1); fallthrough
  case 2: seen.append(2); fallthrough
  default: seen.append(3)
  }
  return seen
}
print(falls(1), falls(2), falls(9))
enum Failure: Error { case small(Int), large, named(String) }
func risky(_ n: Int) throws -> Int {
  defer { note("left \(n)") }
  guard n > 0 else { throw Failure.small(n) }
  if n > 10 { throw n > 100 ? Failure.named("huge") : Failure.large }
  return n * 2
}
for n in [-1, 5, 50, 500] {
  do { print(try risky(n)) }
  catch Failure.small(let k) where k < 0 { print("too small:", k) }
  catch Failure.large, Failure.small { print("out of range") }
  catch { print("else:", error) }
}
print(log)
var total = 0
for case let (i, x?) in [1, nil, 3].enumerated() where i != 1 { total += x * (i + 1) }
print(total)
func swapped<T>(_ a: inout T, _ b: inout T) { (a, b) = (b, a) }
var (left, right) = ("l", "r")
swapped(&left, &right)
print(left, right)
func sumAll(_ values: Int..., scaled by: Int = total) -> Int { values.reduce(0, +) * by }
total = 2
print(sumAll(1, 2, 3), sumAll(), sumAll(4, scaled: 10))
func unless(_ condition: Bool, _ body: @autoclosure () -> String) -> String { condition ? "-" : body() }
var evaluated = 0
func costly() -> String { evaluated += 1; return "run \(evaluated)" }
print(unless(true, costly()), unless(false, costly()), evaluated)
func even(_ n: Int) -> Bool { n == 0 ? true : odd(n - 1) }
func odd(_ n: Int) -> Bool { n == 0 ? false : even(n - 1) }
print(even(10), odd(7))
let squares = { (n: Int) -> [Int] in
  var made: [Int] = []
  for k in 0..<n { defer { made.append(-k) }; if k == 1 { continue }; made.append(k * k) }
  return made
}(4)
print(squares)
let label = if squares.count > 4 { "long" } else if squares.isEmpty { "none" } else { "short" }
print(label)
let ((a, b), c) = ((1, 2.5), ["x": [1]])
let (_, half) = (a, b / 2)
print(a, half, c["x"]?.first ?? 0, c["y"]?.first as Any)
do {
  let a = "inner"
  let c = a.count
  print(a, c)
}
print(a)
while let last = log.popLast(), last != "left -1" { print("popped", last) }
print(log.count)
