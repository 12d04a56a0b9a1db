enum ParseError: Error, CustomStringConvertible { case unexpected(Character, at: Int), end; var description: String { switch self { case .unexpected(let c, let i): "unexpected '\(c)' at \(i)"; case .end: "unexpected end" } } }
indirect enum Expr: CustomStringConvertible { case num(Double), bin(Expr, Character, Expr), neg(Expr), call(String, [Expr]); var description: String { switch self { case .num(let n): "\(n)"; case .bin(let l, let o, let r): "(\(l) \(o) \(r))"; case .neg(let e): "-\(e)"; case .call(let f, let a): "\(f)(\(a.map { "\($0)" }.joined(separator: ", ")))" } } }
struct Parser {
  private let chars: [Character]
  private var pos = 0
  init(_ s: String) { chars = Array(s.filter { !$0.isWhitespace }) }
  private var peek: Character? { pos < chars.count ? chars[pos] : nil }
  private mutating func advance() -> Character? { defer { pos += 1 }; return peek }
  mutating func parse() throws(ParseError) -> Expr {
    let e = try sum()
    if let c = peek { throw .unexpected(c, at: pos) }
    return e
  }
  private mutating func sum() throws(ParseError) -> Expr {
    var l = try product()
    while let o = peek, "+-".contains(o) { pos += 1; l = .bin(l, o, try product()) }
    return l
  }
  private mutating func product() throws(ParseError) -> Expr {
    var l = try unary()
    while let o = peek, "*/".contains(o) { pos += 1; l = .bin(l, o, try unary()) }
    return l
  }
  private mutating func unary() throws(ParseError) -> Expr {
    if peek == "-" { pos += 1; return .neg(try unary()) }
    return try primary()
  }
  private mutating func primary() throws(ParseError) -> Expr {
    guard let c = advance() else { throw .end }
    if c == "(" { let e = try sum(); guard let k = advance() else { throw .end }; if k != ")" { throw .unexpected(k, at: pos - 1) }; return e }
    if c.isNumber { var s = String(c); while let d = peek, d.isNumber || d == "." { s.append(d); pos += 1 }; return .num(Double(s)!) }
    if c.isLetter {
      var s = String(c); while let d = peek, d.isLetter { s.append(d); pos += 1 }
      guard peek == "(" else { return .call(s, []) }
      pos += 1
      var args: [Expr] = []
      while peek != ")" { args.append(try sum()); if peek == "," { pos += 1 } else if peek == nil { throw .end } }
      pos += 1
      return .call(s, args)
    }
    throw .unexpected(c, at: pos - 1)
  }
}
var functions: [String: ([Double]) -> Double] = ["max": { $0.max() ?? 0 }, "pi": { _ in 3.0 }]
struct Unknown: Error { let name: String }
func evaluate(_ e: Expr) throws -> Double {
  switch e {
  case .num(let n): return n
  case .neg(let e): return try -evaluate(e)
  case .bin(let l, let o, let r):
    let (a, b) = (try evaluate(l), try evaluate(r))
    return switch o { case "+": a + b; case "-": a - b; case "*": a * b; default: a / b }
  case .call(let f, let args):
    guard let fn = functions[f] else { throw Unknown(name: f) }
    return fn(try args.map(evaluate))
  }
}
for s in ["1 + 2 * 3", "-(4 - 6) / 2", "max(1, 2 + 5, 3) * pi", "2 *", "1 $ 2", "foo(1)"] {
  do {
    var p = Parser(s)
    let e = try p.parse()
    print(e, "=", try evaluate(e))
  } catch let error as ParseError { print("parse:", error) } catch let error as Unknown { print("unknown", error.name) }
}
functions["foo"] = { $0.reduce(1, *) }
var p = Parser("foo(2, 3, 4) - 1")
print(try evaluate(p.parse()))
extension Expr: Equatable {}
print(Expr.num(1) == .num(1), Expr.neg(.num(1)) == .num(-1))
extension Expr { func simplified() -> Expr { switch self { case .neg(.neg(let e)): e.simplified(); case .bin(let l, "+", .num(0)): l.simplified(); case .bin(let l, let o, let r): .bin(l.simplified(), o, r.simplified()); default: self } } }
print(Expr.bin(.neg(.neg(.num(2))), "+", .num(0)).simplified())
func depth(_ e: Expr) -> Int { switch e { case .num: 0; case .neg(let e): 1 + depth(e); case .bin(let l, _, let r): 1 + max(depth(l), depth(r)); case .call(_, let a): 1 + (a.map(depth).max() ?? 0) } }
var q = Parser("1+2*(3-4)")
print(depth(try q.parse()))
