struct Ring<T>: RandomAccessCollection { var items: [T]; var startIndex: Int { 0 }; var endIndex: Int { items.count }; subscript(i: Int) -> T { items[i] } }
let ring = Ring(items: [1, 2, 3])
print(ring.count, ring.reversed() as [Int], ring.map { $0 * 2 }, ring[1...].first ?? 0)
extension Ring { subscript(wrapped i: Int) -> T { items[((i % count) + count) % count] } }
print(ring[wrapped: -1], ring[wrapped: 4])
extension Ring: ExpressibleByArrayLiteral { init(arrayLiteral e: T...) { items = e } }
let r2: Ring = [5, 6]
print(r2.items)
struct Fib: Sequence, IteratorProtocol { var a = 0, b = 1; mutating func next() -> Int? { (a, b) = (b, a + b); return a > 50 ? nil : a } }
print(Array(Fib()), Fib().first { $0 > 10 } ?? 0, zip(Fib(), "abc").map { "\($0)\($1)" })
extension Sequence where Element: Numeric { func summed() -> Element { reduce(0, +) } }
print(Fib().summed(), [1.5, 2].summed())
extension Dictionary where Value == Int { mutating func bump(_ k: Key) { self[k, default: 0] += 1 } }
var counts: [String: Int] = [:]
for word in ["a", "b", "a"] { counts.bump(word) }
print(counts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
extension Collection { var middle: Element? { isEmpty ? nil : self[index(startIndex, offsetBy: count / 2)] } }
print([1, 2, 3].middle ?? 0, "abc".middle ?? " ")
extension Array { subscript(safe i: Int) -> Element? { indices.contains(i) ? self[i] : nil } }
print([1][safe: 3] as Any)
