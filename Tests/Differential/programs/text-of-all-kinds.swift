import Foundation
import RegexBuilder
let line = "2024-03-07 ERROR disk /dev/sda1 at 97.5%; 2024-03-08 WARN fan"
let date = /(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)/
for m in line.matches(of: date) { print(m.year, m.month, m.day, m.range.lowerBound == line.startIndex) }
print(line.replacing(date) { "\($0.day).\($0.month)." })
let level = Regex { Capture { ChoiceOf { "ERROR"; "WARN" } }; One(.whitespace); Capture { OneOrMore(.word) } transform: { $0.uppercased() } }
if let m = line.firstMatch(of: level) { print(m.1, m.2) }
let number = Reference(Double.self)
let percent = Regex { TryCapture(as: number) { OneOrMore(.digit); Optionally { "."; OneOrMore(.digit) } } transform: { Double($0) }; "%" }
print(line.firstMatch(of: percent)?[number] ?? -1)
let raw = #"a "quoted" \n with \#(1 + 1)"#
let poem = """
  Roses \
  are red,
    "violets" are
  \tblue: \(raw.count)
  """
print(raw, poem, separator: "\n")
let family = "👨‍👩‍👧é🇩🇪e\u{301}"
print(family.count, family.unicodeScalars.count, family.utf8.count, family.utf16.count, family.reversed().map(String.init))
print("é" == "e\u{301}", "straße".uppercased(), "İ".lowercased().count, "ﬁ".unicodeScalars.map { $0.value })
extension DefaultStringInterpolation {
  mutating func appendInterpolation(_ value: Double, digits: Int) { appendLiteral(String(format: "%.\(digits)f", value)) }
  mutating func appendInterpolation<T>(list: [T], or none: String) { appendLiteral(list.isEmpty ? none : list.map { "\($0)" }.joined(separator: "·")) }
}
print("\(Double.pi, digits: 3) \(list: [1, 2, 3], or: "none") \(list: [Int](), or: "none")")
let text = "one,two,,three"
print(text.split(separator: ","), text.components(separatedBy: ","), text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false))
let i = text.index(text.startIndex, offsetBy: 4)
print(text[i...].prefix(while: { $0 != "," }), text[..<i].dropLast(), text.distance(from: i, to: text.endIndex), text.firstIndex(of: "z") as Any)
var edited = text
edited.replaceSubrange(edited.range(of: "two")!, with: "2")
edited.insert(contentsOf: "zero,", at: edited.startIndex)
edited.removeAll { $0 == "e" }
print(edited, edited.hasPrefix("z"), edited.contains("2,,"))
print(String(format: "%5.2f|%04d|%x", 3.14159, 42, 255).replacingOccurrences(of: "\n", with: ""))
struct Color: LosslessStringConvertible, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  var hex: UInt32
  init?(_ s: String) { guard s.hasPrefix("#"), let v = UInt32(s.dropFirst(), radix: 16) else { return nil }; hex = v }
  init(stringLiteral s: String) { self = Color(String(s)) ?? Color(String("#0"))! }
  var description: String { "#" + String(hex, radix: 16) }
}
let (red, made): (Color, Color) = ("#ff0000", "#\(16)")
print(red, made, Color(String("red")) as Any, String(red))
print(Array("hello".utf8.map { $0 ^ 0x20 }), String(decoding: [72, 105, 0xFF], as: UTF8.self), String(validating: [0xC3, 0x28] as [UInt8], as: UTF8.self) as Any)
print("b" < "a" ? 1 : 2, ["b", "A", "a", "B"].sorted(), ["é", "z", "f"].sorted(), "a".compare("B", options: .caseInsensitive) == .orderedAscending)
var hasher: [Character: Int] = [:]
for c in "mississippi" { hasher[c, default: 0] += 1 }
print(hasher.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key)\($0.value)" }.joined())
dump(["k": [1, 2]])
debugPrint("tab\t\"q\"", 1.0, Optional("x") as Any, ["a": 1])
print(String(reflecting: Optional("x")), String(describing: Color.self), "\u{1F600}".unicodeScalars.first!.properties.name ?? "")
