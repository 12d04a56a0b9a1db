func slow(_ n: Int) async -> Int { n + 1 }
func both() async -> Int {
  async let a = slow(1)
  async let b = slow(2)
  return await a + b
}
await both()
