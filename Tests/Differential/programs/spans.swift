let bytes: [UInt8] = [1, 2, 3, 4]
func total(_ s: Span<UInt8>) -> Int { var t = 0; for i in s.indices { t += Int(s[i]) }; return t }
print(total(bytes.span))
let sp = bytes.span.count
print(sp)
let first = bytes.span[0]
print(first, bytes.span.isEmpty)
var words = [10, 20, 30]
do { let s = words.span; print(s[1], s.count) }
func head(_ s: Span<Int>) -> Int { s[0] }
print(head(words.span) + 1)
var ms = [3, 1, 2]
func sortSpan(_ s: inout MutableSpan<Int>) { for i in 0..<s.count { for j in i..<s.count where s[j] < s[i] { s.swapAt(i, j) } } }
func sorted(_ a: inout [Int]) { var m = a.mutableSpan; sortSpan(&m) }
sorted(&ms)
print(ms)
let raw = bytes.span.bytes.byteCount
print(raw)
func sums(_ a: [Int]) -> Int { let s = a.span; return (0..<s.count).reduce(0) { $0 + s[$1] } }
print(sums(words))
for i in words.span.indices { print(i, terminator: " ") }
print()
if words.span[2] == 30 { print("thirty") }
let inl: InlineArray<3, Int> = [7, 8, 9]
print(inl.span[1], head(inl.span))
extension Span where Element == Int { func sum() -> Int { var t = 0; for i in indices { t += self[i] }; return t } }
print(words.span.sum(), inl.span.sum())
