enum Problem: Error, Equatable { case small, big(Int) }
func check(_ n: Int) throws -> Int { if n > 9 { throw Problem.big(n) }; if n < 0 { throw Problem.small }; return n }
print(try check(3))
do { _ = try check(12) } catch Problem.big(let n) { print("big", n) }
let maybe = try? check(-1)
print(maybe as Any)
func typed(_ n: Int) throws(Problem) -> Int { if n == 0 { throw .small }; return n }
do { print(try typed(1)); print(try typed(0)) } catch { print(error == .small) }
extension Problem: CustomStringConvertible { var description: String { "Problem!" } }
do { _ = try check(-4) } catch { print(error, error as? Problem == .small) }
let result = Result { try check(20) }
switch result { case .success(let n): print(n); case .failure(let e): print("failed", e) }
func rethrowing<T>(_ f: () throws -> T) rethrows -> T { try f() }
print(rethrowing { 5 }, (try? rethrowing { try check(-9) }) as Any)
func cleanup() { defer { print("cleaned") }; print("working") }
cleanup()
guard let first = [1, 2].first, first > 0 else { fatalError() }
print(first)
