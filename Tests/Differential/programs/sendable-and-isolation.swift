final class Safe: Sendable { let n = 1 }
struct Msg { var text: String }
extension Msg: Sendable {}
@MainActor func onMain() -> Int { 5 }
print(await onMain())
@MainActor class ViewModel { var n = 1; func up() { n += 1 } }
let vm = await ViewModel()
await vm.up()
print(await vm.n)
actor Store { private var items: [String: Int] = [:]; func set(_ k: String, _ v: Int) { items[k] = v }; subscript(k: String) -> Int? { items[k] }; nonisolated let name = "store" }
let store = Store()
await store.set("a", 1)
print(await store["a"] ?? 0, store.name)
extension Store { func total() -> Int { items.values.reduce(0, +) } }
await store.set("b", 4)
print(await store.total())
let results = await withTaskGroup(of: (Int, Int).self, returning: [Int].self) { g in
  for i in 0..<3 { g.addTask { (i, i * i) } }
  var out = [0, 0, 0]
  for await (i, v) in g { out[i] = v }
  return out
}
print(results)
nonisolated(unsafe) var shared = 0
func touch() { shared += 1 }
touch()
print(shared)
let c = await withCheckedContinuation { $0.resume(returning: 7) }
print(c)
