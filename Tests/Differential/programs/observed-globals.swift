var log: [String] = []
var x = 1 { willSet { log.append("will \(x)->\(newValue)") } didSet { log.append("did \(oldValue)->\(x)") } }
x = 2
x += 5
print(log)
func bump(_ i: inout Int) { i += 1; i += 1 }
bump(&x)
print(x, log.count)
var arr = [3, 1, 2] { didSet { print("arr", arr) } }
arr.sort()
arr[0] = 9
arr.append(4)
arr.swapAt(0, 1)
var both: (a: Int, b: Int) = (1, 2) { didSet { print(oldValue, both) } }
both.a = 7
(both.a, both.b) = (5, 6)
var computed: Int { get { x * 2 } set { x = newValue / 2 } }
computed = 40
print(x, computed)
computed += 2
print(x)
var text = "" { didSet { if text.count > 3 { text = String(text.prefix(3)) } } }
text = "abcdef"
print(text)
for i in 1...2 { x = i }
print(log.suffix(2))
struct St { var v = 0 { didSet { print("v", v) } }; mutating func go() { v = 1; v = 2 }; init() { v = 9 } }
var st = St() { didSet { print("st") } }
st.v = 5
st.go()
var opt: Int? = nil { willSet(n) { print("opt", n as Any) } }
opt = 3
opt! += 1
opt = nil
struct Lzs { lazy var lz: Int = { print("lazy"); return 5 }() }
var lzs = Lzs()
print("pre")
print(lzs.lz, lzs.lz)
lzs.lz = 6
print(lzs.lz)
var dict: [String: Int] = [:] { didSet { print(dict.count) } }
dict["a", default: 0] += 1
dict["a"] = nil
let f = { x = 77 }
f()
print(log.last!)
