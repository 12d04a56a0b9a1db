struct File: ~Copyable { let id: Int; init(_ i: Int) { id = i; print("open", i) }; deinit { print("close", id) }; consuming func end() { print("end", id); discard self }; borrowing func peek() -> Int { id } }
do { let f = File(1); print(f.peek()) }
func use(_ f: consuming File) { print("use", f.id) }
use(File(2))
func look(_ f: borrowing File) -> Int { f.id * 10 }
do { let f = File(3); print(look(f)); f.end() }
struct Holder: ~Copyable { var inner: File; mutating func swap(_ f: consuming File) { inner = f } }
do { var h = Holder(inner: File(4)); h.swap(File(5)); print("swapped", h.inner.id) }
enum Maybe<T: ~Copyable>: ~Copyable { case none, some(T) }
do { let m = Maybe.some(File(6)); switch consume m { case .some(let f): print("has", f.id); case .none: print("none") } }
protocol Closing: ~Copyable { consuming func close() -> Int }
extension File: Closing { consuming func close() -> Int { id } }
func closing<T: Closing & ~Copyable>(_ t: consuming T) -> Int { t.close() }
print(closing(File(7)))
