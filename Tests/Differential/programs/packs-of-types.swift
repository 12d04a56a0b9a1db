func show<each T>(_ items: repeat each T) { repeat print(each items, terminator: ";"); print() }
show(1, "a", 2.5)
struct Bundle<each T> { var parts: (repeat each T); init(_ p: repeat each T) { parts = (repeat each p) } }
let bundle = Bundle(1, true)
print(bundle.parts.0, bundle.parts.1)
func zipped<each A, each B>(_ a: repeat each A, with b: repeat each B) -> (repeat (each A, each B)) { (repeat (each a, each b)) }
let pairs = zipped(1, "x", with: 2.0, false)
print(pairs.0, pairs.1)
func allEqual<each T: Equatable>(_ a: (repeat each T), _ b: (repeat each T)) -> Bool { for (l, r) in repeat (each a, each b) { guard l == r else { return false } }; return true }
print(allEqual((1, "a"), (1, "a")), allEqual((1, "a"), (1, "b")))

