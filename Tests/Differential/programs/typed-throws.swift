enum Fault: Error { case low(Int), high }
func check(_ x: Int) throws(Fault) -> Int { if x < 0 { throw .low(x) }; if x > 9 { throw .high }; return x }
do { print(try check(3)); print(try check(-2)) } catch { switch error { case .low(let n): print("low", n); case .high: print("high") } }
func map<T, E: Error>(_ a: [Int], _ f: (Int) throws(E) -> T) throws(E) -> [T] { var r: [T] = []; for x in a { r.append(try f(x)) }; return r }
print(try map([1, 2], { $0 * 2 }))
let outcome = Result { () throws(Fault) -> Int in try check(11) }
switch outcome { case .success(let v): print(v); case .failure(let e): print("fault", e) }
struct Gate { var limit: Int; func pass(_ n: Int) throws(Fault) { guard n <= limit else { throw Fault.high } } }
let gate = Gate(limit: 2)
do throws(Fault) { try gate.pass(1); try gate.pass(5) } catch { print("caught", error) }
let silent: Int? = try? check(99)
print(silent as Any)
