@dynamicMemberLookup struct Json { var d: [String: Any]; subscript(dynamicMember k: String) -> Json { get { Json(d: d[k] as? [String: Any] ?? ["v": d[k] ?? "nil"]) } set { d[k] = newValue.d } }; var v: Any { d["v"] ?? "?" } }
var j = Json(d: ["a": ["b": ["v": 3]], "k": 5])
print(j.a.b.v, j.k.v, j.zz.v)
j.q = Json(d: ["v": "set"])
print(j.q.v)
@dynamicMemberLookup final class Ref<T> { var t: T; init(_ t: T) { self.t = t }; subscript<U>(dynamicMember k: WritableKeyPath<T, U>) -> U { get { t[keyPath: k] } set { t[keyPath: k] = newValue } }; subscript<U>(dynamicMember k: KeyPath<T, U>) -> U { t[keyPath: k] } }
struct P { var x = 1, y = 2; var sum: Int { x + y } }
let r = Ref(P())
r.x = 10
print(r.x, r.y, r.sum)
@dynamicCallable struct Call { func dynamicallyCall(withArguments a: [Int]) -> Int { a.reduce(0, +) }; func dynamicallyCall(withKeywordArguments a: KeyValuePairs<String, Int>) -> String { a.map { "\($0)=\($1)" }.joined(separator: "&") } }
let call = Call()
print(call(1, 2, 3), call(a: 1, b: 2), call())
extension Ref where T == P { var z: Int { t.x * 100 } }
print(r.z)
extension P { var w: Int { get { x } set { x = newValue * 2 } } }
r.w = 4
print(r.x, r.w)
let kp = \Ref<P>.x
print(r[keyPath: kp])
@dynamicMemberLookup enum Env { static subscript(dynamicMember n: String) -> String { "env:" + n }; case only; subscript(dynamicMember n: String) -> Int { n.count } }
print(Env.home, Env.only.abcd)
@dynamicCallable class Fn { let f: ([String]) -> String; init(_ f: @escaping ([String]) -> String) { self.f = f }; func dynamicallyCall(withArguments a: [String]) -> String { f(a) } }
let join = Fn { $0.joined(separator: "+") }
print(join("a", "b"))
var refs = [Ref(P()), Ref(P(x: 7))]
refs[1].y += refs[0].x
print(refs.map(\.y), refs.map(\.sum))
