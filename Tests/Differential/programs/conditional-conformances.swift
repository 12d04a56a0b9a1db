protocol Pretty { var pretty: String { get } }
struct Pair<A, B> { var a: A; var b: B }
let early = Pair(a: 1, b: "x")
func show<T: Pretty>(_ t: T) -> String { t.pretty }
extension Int: Pretty { var pretty: String { "i\(self)" } }
extension String: Pretty { var pretty: String { "s\(self)" } }
extension Pair: Pretty where A: Pretty, B: Pretty { var pretty: String { "(\(a.pretty)|\(b.pretty))" } }
print(show(early))
print(show(Pair(a: early, b: 2)))
extension Array: Pretty where Element: Pretty { var pretty: String { map(\.pretty).joined(separator: ";") } }
print(show([[1, 2], [3]]), show([early]))
extension Optional: Pretty where Wrapped: Pretty { var pretty: String { map(\.pretty) ?? "nil" } }
print(show(Int?.none), show([1, nil]))
extension Pair: Equatable where A: Equatable, B: Equatable {}
print(early == Pair(a: 1, b: "x"), early != Pair(a: 2, b: "x"))
extension Pair: Hashable where A: Hashable, B: Hashable {}
print(Set([early, early, Pair(a: 3, b: "y")]).count)
extension Pair: Comparable where A: Comparable, B: Comparable { static func < (l: Self, r: Self) -> Bool { (l.a, l.b) < (r.a, r.b) } }
print([Pair(a: 2, b: "b"), Pair(a: 1, b: "z"), Pair(a: 2, b: "a")].sorted().map(\.b), max(early, Pair(a: 0, b: "")).a)
let dyn: Any = [Pair(a: 1, b: 2)]
print((dyn as? any Pretty)?.pretty ?? "not", dyn is any Pretty, (Pair(a: 1.5, b: 1) as Any) is any Pretty)
extension Pair: CustomStringConvertible { var description: String { "<\(a),\(b)>" } }
print(early, [early], "\(early)")
extension Pair where B == String { func both() -> String { "\(a)" + b }; init(_ a: A) { self.init(a: a, b: "def") } }
print(Pair(4).both(), Pair(4) == Pair(a: 4, b: "def"))
extension Pair: Encodable where A: Encodable, B: Encodable { enum K: CodingKey { case a, b }; func encode(to e: Encoder) throws { var c = e.container(keyedBy: K.self); try c.encode(a, forKey: .a); try c.encode(b, forKey: .b) } }
let enc = JSONEncoder()
enc.outputFormatting = .sortedKeys
print(String(decoding: try enc.encode(Pair(a: early, b: [1])), as: UTF8.self))
extension Dictionary where Value: Pretty { func prettyValues() -> [String] { values.map(\.pretty).sorted() } }
print(["k": 1, "l": 2].prettyValues())
extension Pair: Sequence where A == B { func makeIterator() -> AnyIterator<A> { var i = 0; return AnyIterator { defer { i += 1 }; return i == 0 ? a : i == 1 ? b : nil } } }
for x in Pair(a: 5, b: 6) { print(x) }
print(Pair(a: 1, b: 2).reduce(0, +))
