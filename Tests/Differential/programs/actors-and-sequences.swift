actor Store { private var d: [String: Int] = [:]; var count: Int { d.count }; func set(_ k: String, _ v: Int) { d[k] = v }; subscript(k: String) -> Int? { d[k] }; func update(_ k: String, _ f: (Int) -> Int) { d[k] = f(d[k] ?? 0) }; nonisolated var label: String { "store" } }
let store = Store()
await store.set("a", 1)
await store.update("a") { $0 + 41 }
print(await store["a"]!, await store.count, store.label)
extension Store { func sum() -> Int { d.values.reduce(0, +) }; func bump() async { set("b", 5); await Task.yield() } }
await store.bump()
print(await store.sum())
struct Ticker: AsyncSequence, AsyncIteratorProtocol { var n: Int; mutating func next() async -> Int? { guard n > 0 else { return nil }; n -= 1; return n }; func makeAsyncIterator() -> Ticker { self } }
for await t in Ticker(n: 3) { print(t) }
print(await Ticker(n: 4).reduce(0, +), await Ticker(n: 5).contains(2))
var collected: [Int] = []
for await t in Ticker(n: 6).filter({ $0 % 2 == 0 }).map({ $0 * 10 }) { collected.append(t) }
print(collected)
extension AsyncSequence { func array() async rethrows -> [Element] { var r: [Element] = []; for try await e in self { r.append(e) }; return r } }
print(await Ticker(n: 3).array())
func parallel<T: Sendable, R: Sendable>(_ xs: [T], _ f: @escaping @Sendable (T) async throws -> R) async rethrows -> [R] { try await withThrowingTaskGroup(of: (Int, R).self) { g in for (i, x) in xs.enumerated() { g.addTask { (i, try await f(x)) } }; var out = [R?](repeating: nil, count: xs.count); for try await (i, r) in g { out[i] = r }; return out.map { $0! } } }
print(try await parallel([1, 2, 3]) { $0 * 2 })
enum E: Error { case bad(Int) }
do { _ = try await parallel([1, 2]) { x in if x == 2 { throw E.bad(x) }; return x } } catch { print(error) }
let t1 = Task { () -> Int in await store.set("z", 9); return await store.count }
print(await t1.value, await t1.result)
let t2 = Task<Int, Error> { throw E.bad(7) }
print(await t2.result)
do { print(try await t2.value) } catch E.bad(let n) { print("bad", n) }
actor Gate { var open = false; var waiters: [CheckedContinuation<Void, Never>] = []; func wait() async { if open { return }; await withCheckedContinuation { waiters.append($0) } }; func release() { open = true; waiters.forEach { $0.resume() }; waiters = [] } }
let gate = Gate()
let w = Task { await gate.wait(); return "through" }
await gate.release()
print(await w.value)
var getter: Int { get async { await store.count } }
print(await getter)
struct Remote { subscript(i: Int) -> String { get async throws { if i < 0 { throw E.bad(i) }; return "r\(i)" } } }
print(try await Remote()[4])
print((try? await Remote()[-1]) as Any)
func withRes<T>(_ f: (Int) async throws -> T) async rethrows -> T { print("open"); defer { print("close") }; return try await f(3) }
print(await withRes { await store.set("q", $0); return await store["q"]! })
let (s, c) = AsyncStream<Int>.makeStream()
let producer = Task { for i in 0..<3 { c.yield(i) }; c.finish() }
let consumer = Task { await s.reduce(0, +) }
_ = await producer.value
print(await consumer.value)
await withDiscardingTaskGroup { g in for _ in 0..<2 { g.addTask { await store.update("g") { $0 + 1 } } } }
print(await store["g"]!)
func isolated(_ s: isolated Store) -> Int { s.sum() }
print(await isolated(store))
let values = await [store.count, store.sum()]
print(values.count)
print(Task.isCancelled, Task.currentPriority == Task.currentPriority)
MainActor.assumeIsolated { print("main") }
let mr = await MainActor.run { 5 }
print(mr)
