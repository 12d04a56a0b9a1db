// Times of our side, written as lines "name milliseconds status" for peers.py.
import Foundation

let folder = ProcessInfo.processInfo.environment["CONVEX_PROBLEMS"]!
func array(_ name: String) throws -> Tensor { try Tensor(contentsOf: "\(folder)/\(name).npy") }
func seconds() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_MONOTONIC, &t)
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
let names = try String(contentsOfFile: "\(folder)/names.txt", encoding: .utf8).split(separator: "\n")
let tolerances = [1e-6, 1e-9]
for name in names {
  let (p, a) = (SparseMatrix(try array("\(name)-P")), SparseMatrix(try array("\(name)-A")))
  let q = try array("\(name)-q").doubles
  let (l, u) = (try array("\(name)-l").doubles, try array("\(name)-u").doubles)
  let program = try QuadraticProgram(P: p, q: q, A: a, l: l, u: u)
  for tolerance in tolerances {
    let options = QuadraticOptions(absoluteTolerance: tolerance)
    let found = try program.solve(options)
    let time = try best(3) { _ = try program.solve(options) }
    let true_ = try program.residuals(x: found.x, y: found.y).largest <= tolerance
    print("mm", name, tolerance, time, found.status.rawValue.split(separator: " ")[0], true_)
  }
}
// %%
var last: (x: [Double], y: [Double])?
for k in 0..<30 {
  guard let p = try? array("walk\(k)-P") else { break }
  let (g, h) = (try array("walk\(k)-G"), try array("walk\(k)-h").doubles)
  let program = try QuadraticProgram(
    P: p, q: try array("walk\(k)-q").doubles, A: g,
    l: [Double](repeating: -.infinity, count: h.count), u: h)
  let found = try program.solve()
  print("cold", k, 1e-6, try best(50) { _ = try program.solve() }, found.status.rawValue, true)
  if let last {
    print("warm", k, 1e-6, try best(50) { _ = try program.solve(from: last) }, "solved", true)
  }
  last = (found.x, found.y)
}
// %%
for (n, m) in [(10, 20), (50, 100)] {
  let (p, q) = (try array("batch\(n)-P"), try array("batch\(n)-q"))
  let (a, l, u) = (try array("batch\(n)-A"), try array("batch\(n)-l"), try array("batch\(n)-u"))
  let batch = try QuadraticBatch(P: p, q: q, A: a, l: l, u: u)
  let found = try batch.solve()
  let forward = try best(5) { _ = try batch.solve() }
  let g = Tensor.ones([batch.count, n], dtype: .float64)
  let backward = best(5) { _ = batch.tangent(found, dq: g) }
  print("batch", n, 1e-6, forward / Double(batch.count), "\(found.isSolved)", true)
  print("linear", n, 1e-6, backward / Double(batch.count), "solved", true)
}
