@globalActor actor Bank { static let shared = Bank() }
enum Till { @Bank static var balance = 100 }
@Bank func deposit(_ n: Int) -> Int { Till.balance += n; return Till.balance }
print(await deposit(5))
@Bank final class Account { var total = 0; func add(_ n: Int) { total += n }; nonisolated let id = 7; static var opened = 0; init() { Account.opened += 1 } }
let account = await Account()
await account.add(3)
print(await account.total, account.id, await Account.opened)
@MainActor class Model { var items: [String] = []; func push(_ s: String) { items.append(s) }; var count: Int { items.count } }
let model = Model()
model.push("a")
print(model.count)
Task { @MainActor in model.push("b") }
await Task.yield()
func report(_ m: Model) async -> Int { await m.count }
print(await report(model) >= 1)
protocol Ticking { @MainActor func tick() -> Int }
struct Clock: Ticking { func tick() -> Int { 4 } }
print(Clock().tick())
@Bank struct Ledger { var rows = [1, 2, 3]; func sum() -> Int { rows.reduce(0, +) } }
let ledger = await Ledger()
print(await ledger.sum())
let run: @Bank () -> Int = { Till.balance }
print(await run())
extension Bank { func isolatedSum(_ xs: [Int]) -> Int { xs.reduce(0, +) }; static func go<T: Sendable>(_ f: @Bank () throws -> T) async rethrows -> T { try await f() } }
print(await Bank.shared.isolatedSum([1, 2, 3]))
print(await Bank.go { deposit(1) })
@MainActor func title() -> String { "t" }
let t = title()
print(t)
