struct Addr { var street: String; var no: Int? }
struct Pers { var name: String; var addr: Addr; var tags: [String: [Int]] = [:]; let id: Int }
var p = Pers(name: "n", addr: Addr(street: "s", no: 4), id: 9)
let street = \Pers.addr.street
p[keyPath: street] = "main"
print(p[keyPath: street], p[keyPath: \.addr.no!])
let no = \Pers.addr.no?.description
print(p[keyPath: no] ?? "none")
let tag: WritableKeyPath<Pers, Int> = \.tags["k"]![0]
p.tags["k"] = [1, 2]
p[keyPath: tag] += 5
print(p.tags)
let joined = (\Pers.addr).appending(path: \.street).appending(path: \.count)
print(p[keyPath: joined], type(of: joined))
let names = ["a", "bbb", "cc"].sorted(by: { $0[keyPath: \.count] < $1[keyPath: \.count] }).map(\.count)
print(names)
func by<T, K: Comparable>(_ k: KeyPath<T, K>) -> (T, T) -> Bool { { $0[keyPath: k] < $1[keyPath: k] } }
print([Addr(street: "z", no: 1), Addr(street: "b", no: 2)].sorted(by: by(\.street)).map(\.street))
let f: (Pers) -> Int = \.id
print(f(p))
let any: AnyKeyPath = \Pers.name
print(any == \Pers.name, any == \Pers.id, type(of: any).valueType, type(of: any).rootType)
let partials: [PartialKeyPath<Pers>] = [\.name, \.id, \.addr.street]
for k in partials { print(p[keyPath: k]) }
class Node { var v: Int; var next: Node?; init(_ v: Int, _ n: Node? = nil) { self.v = v; next = n } }
let n = Node(1, Node(2))
let deep: ReferenceWritableKeyPath<Node, Int> = \.next!.v
n[keyPath: deep] = 20
print(n.next!.v, n[keyPath: \.next?.next?.v] as Any)
let idx = 1
let at = \[Int].[idx]
var arr = [5, 6, 7]
arr[keyPath: at] *= 2
print(arr, arr[keyPath: \.self].count)
extension Pers { var upper: String { get { name.uppercased() } set { name = newValue.lowercased() } }; subscript(i: Int, s: String) -> String { "\(i)\(s)\(name)" } }
p[keyPath: \.upper] = "NEW"
print(p.name, p[keyPath: \.[3, "x"]])
print(\Pers.upper == \Pers.upper, Set([\Pers.id, \Pers.id] as [AnyKeyPath]).count)
let tupleKey = \(Int, String).1
print((1, "one")[keyPath: tupleKey])
struct Setter<R> { let apply: (inout R) -> Void; init<V>(_ k: WritableKeyPath<R, V>, _ v: V) { apply = { $0[keyPath: k] = v } } }
for s in [Setter(\Pers.name, "q"), Setter(\Pers.addr.no, nil)] { s.apply(&p) }
print(p)
extension Int { var isEven: Bool { isMultiple(of: 2) } }
print(["a": 1].map(\.key), [1, 2, 3].filter(\.isEven))
