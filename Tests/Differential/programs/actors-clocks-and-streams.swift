actor Bank {
  private var accounts: [String: Int] = [:]
  let name: String
  init(_ name: String) { self.name = name }
  func deposit(_ n: Int, to who: String) { accounts[who, default: 0] += n }
  func move(_ n: Int, from a: String, to b: String) throws {
    guard accounts[a, default: 0] >= n else { throw Short(by: n - accounts[a, default: 0]) }
    accounts[a]! -= n
    deposit(n, to: b)
  }
  nonisolated var title: String { "Bank of \(name)" }
  subscript(who: String) -> Int { accounts[who] ?? 0 }
}
struct Short: Error { let by: Int }
let bank = Bank("Swift")
print(bank.title)
await bank.deposit(100, to: "ann")
do {
  try await bank.move(30, from: "ann", to: "bob")
  try await bank.move(300, from: "ann", to: "bob")
} catch let short as Short { print("short by", short.by) }
print(await bank["ann"], await bank["bob"])
let sums = await withTaskGroup(of: (Int, Int).self) { group in
  for n in 1...5 { group.addTask { (n, (1...n).reduce(0, +)) } }
  var all: [Int: Int] = [:]
  for await (n, s) in group { all[n] = s }
  return all
}
print(sums.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" })
let (stream, feed) = AsyncStream.makeStream(of: Int.self)
let reader = Task { var seen: [Int] = []; for await n in stream where n % 2 == 1 { seen.append(n) }; return seen }
for n in 1...7 { feed.yield(n) }
feed.finish()
print(await reader.value)
struct Countdown: AsyncSequence {
  let from: Int
  struct Iterator: AsyncIteratorProtocol {
    var n: Int
    mutating func next() async throws -> Int? { guard n > 0 else { return nil }; if n == 2 { throw Short(by: n) }; defer { n -= 1 }; return n }
  }
  func makeAsyncIterator() -> Iterator { Iterator(n: from) }
}
do { for try await n in Countdown(from: 4).map({ $0 * 10 }) { print(n) } } catch { print("stopped:", error) }
enum Context { @TaskLocal static var depth = 0 }
func nested() async -> Int { await Context.$depth.withValue(Context.depth + 1) { await later() } }
func later() async -> Int { Context.depth < 3 ? await nested() : Context.depth }
print(await nested(), Context.depth)
func fetch(_ n: Int, then: @escaping @Sendable (Result<Int, Short>) -> Void) { Task { then(n < 3 ? .success(n * n) : .failure(Short(by: n))) } }
func value(_ n: Int) async throws -> Int { try await withCheckedThrowingContinuation { c in fetch(n) { c.resume(with: $0.mapError { $0 as any Error }) } } }
print(try await value(2), (try? await value(5)) as Any)
async let first = value(1)
async let second = value(2)
print(try await first + second)
let clock = ContinuousClock()
let start = clock.now
try await Task.sleep(for: .milliseconds(5))
print(clock.now - start >= .milliseconds(5), Duration.seconds(90) / 4, Duration.milliseconds(1500) + .microseconds(2))
let cancelled = Task { () -> String in
  do { try await Task.sleep(for: .seconds(60)); return "slept" } catch is CancellationError { return "cancelled" } catch { return "other" }
}
cancelled.cancel()
print(await cancelled.value, cancelled.isCancelled)
@MainActor final class Model { var items: [String] = []; func add(_ s: String) -> Int { items.append(s); return items.count } }
let model = Model()
print(model.add("a"), model.add("b"), model.items)
