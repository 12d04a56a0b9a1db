func slow(_ n: Int) async -> Int { await Task.yield(); return n * 2 }
let one = await slow(1)
print(one)
actor Counter { var n = 0; func up() -> Int { n += 1; return n } }
let counter = Counter()
print(await counter.up(), await counter.up())
async let left = slow(3)
async let right = slow(4)
print(await left + right)
struct Failed: Error {}
func risky(_ ok: Bool) async throws -> String { if ok { return "fine" }; throw Failed() }
do { print(try await risky(true)); print(try await risky(false)) } catch { print("caught", error) }
let sums = await withTaskGroup(of: Int.self) { group in
  for i in 1...4 { group.addTask { await slow(i) } }
  return await group.reduce(0, +)
}
print(sums)
let stream = AsyncStream<Int> { c in for i in 0..<3 { c.yield(i) }; c.finish() }
for await x in stream { print("got", x) }
extension Counter { func down() -> Int { n -= 1; return n } }
print(await counter.down())
let task = Task { try await risky(false) }
print((try? await task.value) ?? "failed")
