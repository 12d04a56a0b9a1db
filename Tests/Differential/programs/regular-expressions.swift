import RegexBuilder
let r = /(?<key>\w+)=(?<value>\d+)/
if let m = "a=1, bb=22".firstMatch(of: r) { print(m.key, m.value, m.0) }
for m in "a=1, bb=22".matches(of: r) { print(m.output.key.count, Int(m.value)! + 1) }
let kv = Regex { Capture { OneOrMore(.word) } ; "=" ; TryCapture { OneOrMore(.digit) } transform: { Int($0) } }
if let m = "zz=77".wholeMatch(of: kv) { let (_, k, v) = m.output; print(k, v + 1) }
print("one two".replacing(/\w+/) { $0.output.uppercased() })
let ref = Reference(Substring.self)
let doubled = Regex { Capture(as: ref) { OneOrMore(.word) }; " "; ref }
print("the the cat".firstMatch(of: doubled).map { String($0[ref]) } ?? "no")
switch "2024-05-06" { case let s where s.wholeMatch(of: /(\d+)-(\d+)-(\d+)/) != nil: print("date"); default: print("none") }
let parts = "a1b22c".split(separator: /\d+/)
print(parts)
let ext = #/
  (?<h> \d{2} ) : (?<m> \d{2} )   # time
/#
if let t = "at 12:34".firstMatch(of: ext) { print(t.h, t.m) }
let word = /[a-z]+/.ignoresCase()
print("ABC def".matches(of: word).map { String($0.output) })
struct Parser: CustomConsumingRegexComponent { typealias RegexOutput = Int; func consuming(_ s: String, startingAt i: String.Index, in b: Range<String.Index>) throws -> (upperBound: String.Index, output: Int)? { var j = i; var v = 0; while j < b.upperBound, let d = s[j].wholeNumberValue { v = v * 10 + d; j = s.index(after: j) }; return j == i ? nil : (j, v) } }
print("x12".matches(of: Parser()).map(\.output))
let dyn = try Regex("(b+)(c*)")
print("abbcc".firstMatch(of: dyn)!.output.map { $0.substring.map(String.init) ?? "nil" })
let ok = try! /x(?=y)/.firstMatch(in: "xy") != nil
print(ok, "a,b;c".split(whereSeparator: { ",;".contains($0) }), "aXbX".trimmingPrefix("a"), "foo.bar".contains(/o\./))
func parse(_ s: String) -> [(String, Int)] { s.matches(of: r).map { (String($0.key), Int($0.value)!) } }
print(parse("q=9 w=8"))
let lookup = Regex { Anchor.startOfLine; Optionally { "-" }; Repeat(1...3) { .digit }; NegativeLookahead { "x" } }
print("-123".prefixMatch(of: lookup) != nil, "1x".wholeMatch(of: lookup) != nil)
print(r.firstMatchText("c=3"))
extension Regex { func firstMatchText(_ s: String) -> String { (try? firstMatch(in: s)).flatMap { $0.map { String(s[$0.range]) } } ?? "-" } }
