@MainActor final class Model {
  var n = 0
  func bump(_ by: Int = 1) { n += by }
  func checked() throws -> Int { n }
}
let model = Model()
model.bump()
print(model.n)
@MainActor func twice() async -> Int { model.bump(); await Task.yield(); return model.n }
print(await twice())
for i in 0..<3 { model.bump(i) }
model.n += 10
if model.n > 10 { print("large", model.n) }
print(try model.checked())
let shown = "\(model.n)"
print(shown)
struct Box<T: Sendable>: Sendable { let value: T }
let box = Box(value: [1, 2])
print(await Task.detached { box.value.reduce(0, +) }.value)
do { print(try model.checked()); model.bump() }
print(model.n)
