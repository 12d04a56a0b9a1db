// Times of our side, written as lines "name milliseconds figure" for peers.py.
import Foundation

let folder = ProcessInfo.processInfo.environment["FIXEDPOINTS_DATA"]!
func array(_ name: String) throws -> Tensor { try Tensor(npy: "\(folder)/\(name).npy") }
// With one thread, CPU time is what a quiet machine would take.
let isAlone = ProcessInfo.processInfo.environment["THREADS"] == "1"
func seconds() -> Double {
  var t = timespec()
  clock_gettime(isAlone ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
func best(_ repeats: Int, _ body: () throws -> Void) rethrows -> Double {
  var least = Double.infinity
  for _ in 0..<repeats {
    let start = seconds()
    try body()
    least = min(least, seconds() - start)
  }
  return 1e3 * least
}
// %%
for type in [DType.float64, .float32] {
  let v = try array("v").cast(to: type)
  let start = NonnegativeFactors(
    w: try array("w").cast(to: type), h: try array("h").cast(to: type))
  for method in [FactorizationMethod.multiplicative, .hierarchical, .splitting] {
    var objective = 0.0
    let time = try best(3) {
      objective = try nonnegativeFactorization(
        v, rank: 20, method: method, from: .factors(start), iterations: 200, tolerance: 0
      ).objective
    }
    print("nmf-\(method)-\(type)", time, objective)
  }
}
// %%
let (x, c) = (try array("x"), try array("c"))
var dense = Dense(256, 256)
dense.weight = try array("input")
dense.bias = try array("bias")
let cell = TanhCell(weight: try array("weight"), input: dense, bound: nil)
for (name, memory) in [("plain", 0), ("anderson", 4)] {
  let layer = EquilibriumLayer(cell, width: 256, tolerance: 1e-5, memory: memory)
  var (value, slope) = (0.0, 0.0)
  let forward = best(50) { value = (layer(x) * c).sum().item() }
  print("deq-forward-\(name)", forward, value)
  let both = best(50) {
    let (v, g) = valueAndGradient(at: layer) { ($0(x) * c).sum() }
    value = v.item()
    slope = g.cell.weight.norm().item()
  }
  print("deq-\(name)", both, slope)
}
