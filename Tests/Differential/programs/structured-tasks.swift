func slow(_ n: Int) async -> Int { try? await Task.sleep(nanoseconds: 1_000_000); return n * n }
async let a = slow(3)
async let b = slow(4)
print(await a + b)
let sums = await withTaskGroup(of: Int.self, returning: [Int].self) { group in
  for i in 1...4 { group.addTask { await slow(i) } }
  var r: [Int] = []
  for await x in group { r.append(x) }
  return r.sorted()
}
print(sums)
var hits = 0
let stream = AsyncStream<Int> { c in for i in 0..<5 { c.yield(i) }; c.finish() }
for await x in stream where x % 2 == 0 { hits += x }
print(hits)
let (numbers, feeder) = AsyncStream.makeStream(of: String.self)
feeder.yield("one")
feeder.yield("two")
feeder.finish()
for await n in numbers { print(n) }
let v: Int = await withCheckedContinuation { c in DispatchQueue.global().async { c.resume(returning: 42) } }
print(v)
struct Boom: Error { let n: Int }
do { _ = try await withCheckedThrowingContinuation { (c: CheckedContinuation<Int, Error>) in c.resume(throwing: Boom(n: 3)) } } catch { print(error) }
let throwing = AsyncThrowingStream<Int, Error> { c in c.yield(1); c.finish(throwing: Boom(n: 9)) }
do { for try await x in throwing { print("got", x) } } catch let e as Boom { print("boom", e.n) }
let task = Task { () throws -> String in try Task.checkCancellation(); return "done" }
print(try await task.value)
let cancelled = Task { await withTaskCancellationHandler { try? await Task.sleep(nanoseconds: 5_000_000_000); return Task.isCancelled } onCancel: { } }
cancelled.cancel()
print(await cancelled.value)
@TaskLocal var depth = 0
print(depth)
$depth.withValue(3) { print(depth) }
await $depth.withValue(8) { print(await Task { depth }.value) }
let squares = stride(from: 1, to: 6, by: 2).map { n in Task { await slow(n) } }
for s in squares { print(await s.value, terminator: " ") }
print()
try await withThrowingTaskGroup(of: Void.self) { g in g.addTask { print("in group") }; try await g.waitForAll() }
if await slow(2) == 4 { print("four") }
let pick = await slow(5) > 20 ? "big" : "small"
print(pick)
