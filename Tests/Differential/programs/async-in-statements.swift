struct Res: ~Copyable { let id: Int; init(_ i: Int) { id = i }; deinit { print("close", id) }; consuming func end() async -> Int { await Task.yield(); return id } }
func makeRes(_ i: Int) async -> Res { await Task.yield(); return Res(i) }
func eat(_ r: consuming Res) async { print("eat", r.id) }
func look(_ r: borrowing Res) async -> Int { r.id }
do { let r = await makeRes(1); print(await look(r)); await eat(r) }
do { let r = Res(2); print(await r.end()) }
enum E: Error { case a(Int), b }
func fail(_ n: Int) async throws(E) -> Int { if n < 0 { throw .a(n) }; return n }
do throws(E) { print(try await fail(1)); print(try await fail(-1)) } catch { switch error { case .a(let n): print("a", n); case .b: print("b") } }
do { _ = try await fail(-2) } catch .a(let n) { print("caught", n) } catch { print("other") }
func inc(_ x: inout Int) async { x += 1 }
var g = 1
await inc(&g)
print(g)
do { var l = 5; await inc(&l); l += 1; await inc(&l); print(l) }
var arr = [1, 2]
await inc(&arr[1])
print(arr)
func opt(_ b: Bool) async -> Int? { b ? 3 : nil }
if let x = await opt(true), x > 2 { print("x", x) } else { print("none") }
guard let y = await opt(true) else { fatalError() }
print(y)
switch await opt(false) { case let v?: print(v); case nil: print("nil") }
var it = AsyncStream<Int> { c in c.yield(1); c.yield(2); c.finish() }.makeAsyncIterator()
while let v = await it.next() { print("it", v) }
outer: for i in 0..<3 { for await j in AsyncStream<Int>(unfolding: { i }) { if i == 1 { continue outer }; if j == 2 { break outer }; print("ij", i, j); break } }
let t = (await opt(true), await opt(false))
print(t)

extension Sequence { func asyncMap<T>(_ f: (Element) async throws -> T) async rethrows -> [T] { var r: [T] = []; for e in self { r.append(try await f(e)) }; return r } }
let mapped = await [1, 2].asyncMap { await opt($0 > 1) ?? -1 }
print(mapped)
print("\(await opt(true)!) \(await look(Res(9)))")
let v = try? await fail(-5)
print(v as Any, try! await fail(6))
let picked = if await opt(true) != nil { "some" } else { "none" }
print(picked)
func thrower() async throws { throw E.b }
do { try await thrower() } catch E.b { print("b!") }
let r: Result<Int, any Error> = await { do { return .success(try await fail(-9)) } catch { return .failure(error) } }()
print(r)
repeat { g += 1; await Task.yield() } while await opt(g < 4) != nil
print(g)
async let z = opt(true)
async let p = fail(1)
async let q = opt(true)
print(await z!, try await p, await q!)
