@dynamicMemberLookup struct JSON { var d: [String: Int]; subscript(dynamicMember k: String) -> Int? { get { d[k] } set { d[k] = newValue } } }
var j = JSON(d: ["a": 1])
print(j.a as Any, j.b as Any)
j.b = 7
print(j.b!)
@dynamicCallable struct Adder { func dynamicallyCall(withArguments a: [Int]) -> Int { a.reduce(0, +) }; func dynamicallyCall(withKeywordArguments a: KeyValuePairs<String, Int>) -> String { a.map { "\($0.key)=\($0.value)" }.joined(separator: ",") } }
let add = Adder()
print(add(1, 2, 3))
print(add(x: 1, y: 2))
@dynamicMemberLookup struct Lens<T> { var value: T; subscript<U>(dynamicMember p: KeyPath<T, U>) -> U { value[keyPath: p] } }
struct P { var x = 3, name = "p" }
let lens = Lens(value: P())
print(lens.x, lens.name.count)
struct Poly { var c: [Double]; func callAsFunction(_ x: Double) -> Double { c.reversed().reduce(0) { $0 * x + $1 } } }
let poly = Poly(c: [1, 2, 3])
print(poly(2))
let paths: [PartialKeyPath<P>] = [\P.x, \P.name]
for p in paths { print(P()[keyPath: p]) }
let writable = \P.x
var point = P()
point[keyPath: writable] += 10
print(point.x)
print([P(), P()].map(\.x))
let composed = (\P.name).appending(path: \String.count)
print(point[keyPath: composed])
