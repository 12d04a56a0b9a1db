func fetch(_ n: Int) async -> Int {
  await Task.yield()
  return n * 2
}
let value = await fetch(21)
value
