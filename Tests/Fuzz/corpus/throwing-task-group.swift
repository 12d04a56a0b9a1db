struct Odd: Error {}
func halves() async throws -> Int {
  try await withThrowingTaskGroup(of: Int.self) { group in
    for i in [2, 4] { group.addTask { if i % 2 == 1 { throw Odd() } else { i / 2 } } }
    var total = 0
    for try await half in group { total += half }
    return total
  }
}
try await halves()
