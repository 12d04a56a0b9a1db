// Times and answers of our side. Lines "kind name tolerance milliseconds status" for peers.py, which
// judges the answers that are saved beside the problems.
import Foundation

let folder = ProcessInfo.processInfo.environment["CONVEX_PROBLEMS"]!
func array(_ name: String) throws -> Tensor { try Tensor(npy: "\(folder)/\(name).npy") }
func save(_ x: [Double], _ name: String) throws {
  try Tensor(x, dtype: .float64).save(npy: "\(folder)/\(name).npy")
}
func list(_ name: String) throws -> [Substring] {
  try String(contentsOfFile: "\(folder)/\(name).txt", encoding: .utf8).split(separator: "\n")
}
func word(_ status: ConvexStatus) -> String {
  status.rawValue.replacingOccurrences(of: " ", with: "-")
}
/// CPU time of all threads: other programs may run beside this one.
func seconds() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
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
// %% Maros-Meszaros
for name in try list("names") {
  let (p, a) = (SparseMatrix(try array("\(name)-P")), SparseMatrix(try array("\(name)-A")))
  let q = try array("\(name)-q").doubles
  let (l, u) = (try array("\(name)-l").doubles, try array("\(name)-u").doubles)
  let program = try QuadraticProgram(P: p, q: q, A: a, l: l, u: u)
  for tolerance in [1e-6, 1e-9] {
    let options = QuadraticOptions(absoluteTolerance: tolerance)
    let found = try program.solve(options)
    let time = try best(3) { _ = try program.solve(options) }
    try save(found.x, "\(name)-x\(tolerance)")
    try save(found.y, "\(name)-y\(tolerance)")
    print("mm", name, tolerance, time, word(found.status))
  }
}
// %% Random families, many of them without a solution
for name in try list("random") {
  let (p, a) = (try array("\(name)-P"), try array("\(name)-A"))
  let q = try array("\(name)-q").doubles
  let (l, u) = (try array("\(name)-l").doubles, try array("\(name)-u").doubles)
  let program = try QuadraticProgram(P: p, q: q, A: a, l: l, u: u)
  if let found = try? program.solve() {
    try save(found.x, "\(name)-x")
    try save(found.y, "\(name)-y")
    print("random", name, 1e-6, 0, word(found.status))
  } else {
    print("random", name, 1e-6, 0, "not-convex")
  }
}
// %% A walking controller
var last: (x: [Double], y: [Double])?
for k in 0..<30 {
  guard let p = try? array("walk\(k)-P") else { break }
  let (g, h) = (try array("walk\(k)-G"), try array("walk\(k)-h").doubles)
  let program = try QuadraticProgram(
    P: p, q: try array("walk\(k)-q").doubles, A: g,
    l: [Double](repeating: -.infinity, count: h.count), u: h)
  let found = try program.solve()
  print("cold", k, 1e-6, try best(100) { _ = try program.solve() }, word(found.status))
  if let last {
    print("warm", k, 1e-6, try best(100) { _ = try program.solve(from: last) }, "solved")
  }
  last = (found.x, found.y)
}
// %% Batches, forward and backward
for (n, m) in [(10, 20), (50, 100)] {
  guard let p = try? array("batch\(n)-P") else { break }
  let q = try array("batch\(n)-q")
  let (a, l, u) = (try array("batch\(n)-A"), try array("batch\(n)-l"), try array("batch\(n)-u"))
  let batch = try QuadraticBatch(P: p, q: q, A: a, l: l, u: u)
  let found = try batch.solve()
  let forward = 0.5 * (try best(10) { _ = try batch.solve() })
  let weights = Tensor.ones([batch.count, n], dtype: .float64)
  let direction = 0.5 * best(10) { _ = batch.tangent(found, dq: weights) }
  let tight = QuadraticOptions(absoluteTolerance: 1e-6)
  let both =
    0.5
    * best(5) {
      _ = gradient { q in
        (try! quadraticSolution(P: p, q: q, A: a, l: l, u: u, options: tight) * weights).sum()
      }(q)
    }
  let value =
    0.5
    * (try best(5) { _ = try quadraticSolution(P: p, q: q, A: a, l: l, u: u, options: tight) })
  try save(found.x.doubles, "batch\(n)-x")
  try save(found.y.doubles, "batch\(n)-y")
  print("batch", n, 1e-6, forward / Double(batch.count), found.isSolved ? "solved" : "not-all")
  print("linear", n, 1e-6, direction / Double(batch.count), "solved")
  print("reverse", n, 1e-6, both / Double(batch.count), "solved")
  print("backward", n, 1e-6, (both - value) / Double(batch.count), "solved")
}
// %% Gradients of 1000 problems along random directions, against difference quotients
if let p = try? array("batch10-P") {
  let q = try array("batch10-q")
  let (a, l, u) = (try array("batch10-A"), try array("batch10-l"), try array("batch10-u"))
  var dice = Generator(seed: 1)
  func direction(_ like: Tensor) -> Tensor {
    Tensor.normal(like.shape, dtype: .float64, from: &dice)
  }
  var dP = direction(p)
  dP = (dP + dP.swapped(-1, -2)) / 2
  let (dq, dA, dl, du) = (direction(q), direction(a), direction(l), direction(u))
  let tight = QuadraticOptions(absoluteTolerance: 1e-11)
  func solved(_ t: Double) throws -> QuadraticBatchSolution {
    try QuadraticBatch(P: p + t * dP, q: q + t * dq, A: a + t * dA, l: l + t * dl, u: u + t * du)
      .solve(tight)
  }
  let batch = try QuadraticBatch(P: p, q: q, A: a, l: l, u: u)
  let found = try solved(0)
  let forward = batch.tangent(found, dP: dP, dq: dq, dA: dA, dl: dl, du: du).x
  let margins = batch.margins(found).doubles
  let h = 1e-6
  let quotient = (try solved(h).x - solved(-h).x) / (2 * h)
  let errors = (abs(forward - quotient).max(axis: 1) / (1 + abs(quotient).max(axis: 1))).doubles
  // Within h of a kink a difference quotient has no meaning.
  for (k, (error, margin)) in zip(errors, margins).enumerated() {
    print("gradient", k, margin, error, "solved")
  }
}
// %% Cone programs
for name in try list("cones") {
  let parts = try array("\(name)-cones").doubles.map { Int($0) }
  let (second, orders) = (parts[3], parts[4])
  let cones = Cones(
    zero: parts[0], nonnegative: parts[1], secondOrder: Array(parts[5..<5 + second]),
    semidefinite: Array(parts[(5 + second)..<(5 + second + orders)]), exponential: parts[2])
  let program = try ConeProgram(
    P: SparseMatrix(try array("\(name)-P")), c: try array("\(name)-c").doubles,
    A: SparseMatrix(try array("\(name)-A")), b: try array("\(name)-b").doubles, cones: cones)
  let found = try program.solve(ConeOptions(absoluteTolerance: 1e-8))
  let time = try best(3) { _ = try program.solve() }
  try save(found.x, "\(name)-x")
  print("cone", name, 1e-6, time, word(found.status))
  for limit in [10, 25, 50, 100] {
    var options = ConeOptions(absoluteTolerance: 1e-12)
    options.maximumIterations = limit
    let short = try program.solve(options)
    for (values, letter) in [(short.x, "x"), (short.y, "y"), (short.s, "s")] {
      try save(values, "\(name)-\(letter)\(limit)")
    }
    print("cut", name, limit, 0, word(short.status))
  }
}
