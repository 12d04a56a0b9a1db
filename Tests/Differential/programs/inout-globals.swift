var n = 1
func inc(_ x: inout Int, by y: Int) { x += y }
inc(&n, by: n)
print(n)
var arr = [1, 2, 3]
inc(&arr[1], by: arr[0])
print(arr)
func both(_ a: inout Int, _ b: inout Int) { (a, b) = (b, a) }
var m = 10
both(&n, &m)
print(n, m)
struct P { var x = 1, y = 2; mutating func flip() { swap(&x, &y) } }
var p = P()
do { var lp = P(); both(&lp.x, &lp.y); print(lp) }
p.flip()
print(p)
var dict = ["a": 1]
inc(&dict["a"]!, by: 5)
dict["b", default: 10] += 1
print(dict.sorted { $0.key < $1.key }.map(\.value))
func modify<T>(_ t: inout T, _ f: (inout T) throws -> Void) rethrows { try f(&t) }
modify(&arr) { $0.append(4) }
modify(&p) { $0.x = 99 }
print(arr, p.x)
var t = (1, (2, "c"))
inc(&t.1.0, by: 40)
t.1.1 += "!"
print(t)
var o: Int? = 3
modify(&o) { $0? += 1 }
inc(&o!, by: 10)
print(o!)
var nested = [[1], [2, 3]]
nested[1][0] += 5
nested[0].append(contentsOf: nested[1])
modify(&nested[0][0]) { $0 = -1 }
print(nested)
class C { var v = P(); var list = [P(), P()] }
let c = C()
inc(&c.v.x, by: 3)
c.list[1].flip()
c.list.indices.forEach { c.list[$0].y += $0 }
print(c.v, c.list)
var s = "abc"
s.insert("X", at: s.index(after: s.startIndex))
modify(&s) { $0 = $0.uppercased() }
print(s)
func swapFirst<A: MutableCollection>(_ a: inout A, with e: inout A.Element) { let k = a[a.startIndex]; a[a.startIndex] = e; e = k }
var out = 100
swapFirst(&arr, with: &out)
print(arr, out)
var computed: Int { get { n * 2 } set { n = newValue / 2 } }
inc(&computed, by: 10)
print(n, computed)
var slice = arr[1...]
slice[1] = 0
inc(&slice[2], by: 1)
print(slice, arr)
func ref(_ x: inout Int) -> () -> Int { let y = x; x += 1; return { y } }
let r = ref(&n)
print(r(), n)
let fm: (inout Int, Int) -> Void = inc
fm(&n, 1)
print(n)
