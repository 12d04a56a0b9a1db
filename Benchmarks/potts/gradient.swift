// %%
// An iteration of L-BFGS, gradient included: the difference between fits of 25 and of 5 iterations.
// With a memory of one step it is little more than value and gradient.
var dice = Generator(seed: 1)
let random = Alignment(
  (0..<1000).map { _ in (0..<100).map { _ in UInt8(dice.next() % 20) } }, alphabet: .protein)
func iterations(_ count: Int, _ memory: Int) throws -> (wall: Double, cpu: Double) {
  try timed {
    _ = try PseudoLikelihood(maximumIterations: count, tolerance: 0, memory: memory, scaled: false)
      .fit(random)
  }
}
for memory in [1, 6] {
  _ = try iterations(3, memory)
  var (walls, cpus) = ([Double](), [Double]())
  for _ in 0..<3 {
    let (few, many) = (try iterations(5, memory), try iterations(25, memory))
    walls.append((many.wall - few.wall) / 20)
    cpus.append((many.cpu - few.cpu) / 20)
  }
  print("memory\(memory)_wall_ms", 1000 * median(walls))
  print("memory\(memory)_least_ms", 1000 * (walls.min() ?? 0))
  print("memory\(memory)_cpu_ms", 1000 * median(cpus))
}
