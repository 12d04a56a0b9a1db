import RegexBuilder
let log = """
2024-01-05 ERROR disk: full (97%)
2024-01-06 INFO net: up
2024-02-07 WARN cpu: hot (88%)
"""
let line = /(?<date>\d{4}-\d{2}-\d{2}) (?<level>[A-Z]+) (?<unit>\w+): (?<text>.*)/
for m in log.matches(of: line) { print(m.date, m.level, m.unit, m.text) }
let percent = Reference(Int.self)
let builder = Regex { "("; TryCapture(as: percent) { OneOrMore(.digit) } transform: { Int($0) }; "%)" }
for m in log.matches(of: builder) { print(m[percent], m.output.1) }
if let m = log.firstMatch(of: line) { print(m.output.date, m.range.lowerBound == log.startIndex) }
print(log.replacing(/\d+%/) { "<\($0.output)>" })
struct Entry { let date: Substring; let level: Level; enum Level: String { case ERROR, INFO, WARN } }
let levels = Regex { Capture { Repeat(.digit, count: 4); "-"; One(/\d\d/); "-"; /\d\d/ }; " "; TryCapture { ChoiceOf { "ERROR"; "INFO"; "WARN" } } transform: { Entry.Level(rawValue: String($0)) } }
let entries = log.matches(of: levels).map { Entry(date: $0.1, level: $0.2) }
print(entries.map { "\($0.date):\($0.level)" })
print("a1b22c".split(separator: /\d+/), "x=1,y=2".wholeMatch(of: /x=(\d),y=(\d)/)?.output.2 ?? "-")
let word = try Regex("[a-z]+")
print("one two".matches(of: word).map { String($0.0) })
let dyn = try Regex(#"(\w)(\w)?"#)
if let m = "z".wholeMatch(of: dyn) { print(m.output.count, m.output[2].substring as Any) }
func ~= <O>(r: Regex<O>, s: String) -> Bool { s.wholeMatch(of: r) != nil }
switch "abc123" { case /[a-z]+/: print("letters"); case /[a-z]+\d+/: print("mixed"); default: print("none") }
let ci = /hello/.ignoresCase()
print("HeLLo world".contains(ci), "x".contains(ci))
extension Regex where Output == Substring { func all(in s: String) -> [String] { s.matches(of: self).map { String($0.output) } } }
print(/[aeiou]/.all(in: "education"))
let csv = Regex { Capture { ZeroOrMore(.reluctant) { CharacterClass.any } }; ChoiceOf { ","; Anchor.endOfLine } }
print("a,bb,c".matches(of: csv).map { $0.1 }.filter { !$0.isEmpty })
var text = "keep 12 drop"
text.trimPrefix(/\w+\s/)
print(text, text.firstRange(of: /\d+/)!.lowerBound.utf16Offset(in: text))
let swap = #/ (?<l>\w+) \s* = \s* (?<r>\w+) /#
print("a = b".replacing(swap) { "\($0.r)=\($0.l)" })
let found = "key: value".firstMatch(of: /(\w+): (\w+)/)!
let (whole, k, v) = found.output
print(whole, k, v)
do { _ = try Regex("(") } catch { print("bad regex") }
