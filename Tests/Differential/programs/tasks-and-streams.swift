actor Counter { private var n = 0; func add(_ k: Int) -> Int { n += k; return n }; nonisolated var name: String { "counter" }; var value: Int { n } }
let counter = Counter()
print(await counter.add(3), counter.name)
func work(_ i: Int) async throws -> Int { if i == 9 { throw CancellationError() }; try await Task.sleep(nanoseconds: 1000); return i * i }
let sums = try await withThrowingTaskGroup(of: Int.self) { group in for i in 0..<4 { group.addTask { try await work(i) } }; var t = 0; for try await v in group { t += v }; return t }
print(sums)
do { _ = try await work(9) } catch { print(type(of: error)) }
struct Countdown: AsyncSequence { typealias Element = Int; let from: Int; struct It: AsyncIteratorProtocol { var n: Int; mutating func next() async -> Int? { n -= 1; return n >= 0 ? n : nil } }; func makeAsyncIterator() -> It { It(n: from) } }
for await k in Countdown(from: 3) { print("k", k) }
let stream = AsyncStream<Int> { c in for i in 0..<3 { c.yield(i) }; c.finish() }
var got: [Int] = []
for await v in stream.map({ $0 * 10 }) { got.append(v) }
print(got)
enum Context { @TaskLocal static var user = "none" }
func who() async -> String { Context.user }
print(await who())
await Context.$user.withValue("ann") { print(await who()) }
@globalActor actor Keeper { static let shared = Keeper() }
@Keeper final class Store { var kept = 1 }
let store = await Store()
@Keeper func keep() -> Int { store.kept += 1; return store.kept }
print(await keep())
@MainActor final class View { var title = "t"; func set(_ s: String) { title = s } }
let view = View()
view.set("u")
print(view.title)
let task = Task { () -> Int in await counter.add(10) }
print(await task.value)
let value = await counter.value
print(value)
try await Task.sleep(for: .milliseconds(1))
let r = await withCheckedContinuation { (c: CheckedContinuation<Int, Never>) in c.resume(returning: 5) }
print(r)
