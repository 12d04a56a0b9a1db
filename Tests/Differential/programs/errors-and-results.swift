enum Net: Error, Equatable { case down, code(Int), named(msg: String) }
func fetch(_ n: Int) throws(Net) -> Int { if n < 0 { throw .down }; if n > 9 { throw .code(n) }; return n }
do { print(try fetch(1)); print(try fetch(10)) } catch .code(let c) { print("code", c) } catch { print("other", error) }
do throws(Net) { _ = try fetch(-1) } catch { print(error == .down) }
let r = Result { try fetch(20) }
print(r)
let rr: Result<Int, Net> = Result { () throws(Net) -> Int in try fetch(-2) }
switch rr { case .success(let v): print(v); case .failure(.down): print("down"); case .failure(let e): print(e) }
print(rr.map { $0 + 1 }, rr.mapError { "\($0)".count as Int as Any is Error ? Net.down : Net.code(1) })
print((try? fetch(3)) ?? -1, try! fetch(4), (try? fetch(99)) as Any)
func outer<E: Error>(_ f: () throws(E) -> Int) throws(E) -> Int { try f() * 2 }
print(try outer { 4 })
do { print(try outer { () throws(Net) in try fetch(50) }) } catch { print(error) }
extension Net: LocalizedError { var errorDescription: String? { "desc \(self)" } }
do { throw Net.named(msg: "m") } catch { print(error.localizedDescription, error) }
func cleanup() throws { defer { print("cleanup") }; try? { throw Net.down }(); throw Net.code(1) }
do { try cleanup() } catch let e as Net where e == .code(1) { print("matched", e) }
func re(_ f: (Int) throws -> Int) rethrows -> [Int] { try [1, 2].map(f) }
print(re { $0 * 3 })
do { _ = try re { _ in throw Net.down } } catch is Net { print("is Net") }
struct Wrapped: Error { let under: any Error; let note: String }
func wrap() throws { do { try cleanup() } catch { throw Wrapped(under: error, note: "n") } }
do { try wrap() } catch let w as Wrapped { print(w.note, w.under) }
func many() throws -> (Int, Int) { (try fetch(1), try fetch(2)) }
let (x, y) = try many()
print(x + y)
let results = [1, 20, -1].map { n in Result { try fetch(n) } }
for case .failure(let e) in results { print(e) }
print(results.compactMap { try? $0.get() })
func nested() throws -> Int { try { try fetch(try fetch(2) + 1) }() }
print(try nested())
var attempts = 0
while true { do { attempts += 1; if attempts < 3 { throw Net.down }; break } catch { print("retry", attempts) } }
label: do { if attempts == 3 { break label }; print("never") }
print("end", attempts)
func never() throws(Never) -> Int { 5 }
print(never())
extension Result where Failure == any Error { var text: String { switch self { case .success(let s): "ok \(s)"; case .failure(let f): "bad \(f)" } } }
print(results.map(\.text))
