let name = "Swift"
let multi = """
  Hello, \(name)!
    indented "quotes"
  """
print(multi)
let raw = #"no \n escape \#(name)"#
print(raw)
extension String { var shouted: String { uppercased() + "!" }; subscript(i: Int) -> Character { self[index(startIndex, offsetBy: i)] } }
print(name.shouted, name[1])
extension Character { var isVowel: Bool { "aeiou".contains(lowercased()) } }
print(name.filter(\.isVowel), "aeiou".allSatisfy(\.isVowel))
let emoji = "👩‍👩‍👧 é"
print(emoji.count, emoji.unicodeScalars.count)
extension StringProtocol { var words: [SubSequence] { split(separator: " ") } }
print("a b c".words, "x y"[...].words.count)
let pieces = "k=v;k2=v2".split(separator: ";").map { $0.split(separator: "=") }
print(pieces.map { "\($0[0]):\($0[1])" })
print(String(format: "%.2f|%5d", 3.14159, 42))
var s = "abc"
s.insert("z", at: s.startIndex)
s += "d"
print(s, s.hasPrefix("za"), s.reversed().map(String.init).joined())
