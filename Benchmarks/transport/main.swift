import Glibc
import Tensors
import Transport

/// CPU milliseconds of this process.
func now() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) * 1e3 + Double(t.tv_nsec) * 1e-6
}

/// What can be asked for, by name: the milliseconds of one of so many runs, and what they found.
nonisolated(unsafe) var works: [(name: String, run: (Int) throws -> (Double, String))] = []

func measure<Found>(
  _ name: String, _ body: @escaping () throws -> Found, telling: @escaping (Found) -> String
) {
  works.append(
    (
      name,
      { count in
        let start = now()
        var found = try body()
        for _ in 1..<count { found = try body() }
        return ((now() - start) / Double(count), telling(found))
      }
    ))
}

/// Answers `name TAB count`, and an empty line with the names, so that the caller can let this
/// program and its peers take turns.
func serve() throws {
  while let line = readLine() {
    guard !line.isEmpty else {
      print(works.map(\.name).joined(separator: "\t"))
      fflush(nil)
      continue
    }
    let parts = line.split(separator: "\t")
    guard parts.count == 2, let count = Int(parts[1]),
      let work = works.first(where: { $0.name == parts[0] })
    else { fatalError("not understood: \(line)") }
    let (milliseconds, found) = try work.run(count)
    print("\(milliseconds)\t\(found)")
    fflush(nil)
  }
}

func digits(_ x: Double) -> String { "\((x * 1e6).rounded() / 1e6)" }

/// Iterations and error of a solution.
func summary(_ r: SinkhornResult) -> String {
  "\(r.iterations) it., \((r.marginalErrors.l1 * 1e5).rounded() / 1e5)"
}

func setting(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
let folder = setting("WORK")
let images = try loadNPZ(setting("DIGITS"))["images"] ?? Tensor.zeros([0])
// Every bin gets a little mass, which POT's kernel form needs.
let flat = images[..<128].cast(to: .float64).reshaped([128, 784]) + 0.01
let masses = flat / flat.sum(axis: 1, keepDims: true)
let (a, b) = (masses[0], masses[1])
let grid = Geometry.grid([28, 28])
let cost = grid.costMatrix
let single = try Geometry.matrix(cost.cast(to: .float32))
let double = try Geometry.matrix(cost)
let cloud = Tensor.normal([2000, 2], dtype: .float64)
let other = Tensor.normal([2000, 2], dtype: .float64) + 1
let (u, v) = (Tensor.normal([2000, 64]), Tensor.normal([2000, 64]) * 1.5)
// The peers read the same problems.
try saveNPZ(
  ["masses": masses, "cost": cost, "x": cloud, "y": other, "u": u, "v": v],
  "\(folder)/problems.npz")

let loose = SinkhornOptions(tolerance: 1e-3)
let plain = SinkhornOptions(tolerance: 1e-3, acceleration: Acceleration.none)
measure("Sinkhorn 784², ε 1e-2, float32, to 1e-3") {
  try sinkhorn(a, b, single, epsilon: 1e-2, options: loose)
} telling: {
  summary($0)
}
measure("the same, plain iterations") {
  try sinkhorn(a, b, single, epsilon: 1e-2, options: plain)
} telling: {
  summary($0)
}
measure("the same, float64") {
  try sinkhorn(a, b, double, epsilon: 1e-2, options: loose)
} telling: {
  summary($0)
}
measure("the same, grid") {
  try sinkhorn(a, b, grid, epsilon: 1e-2, options: loose)
} telling: {
  summary($0)
}
measure("Sinkhorn 784², ε 1e-3, float64, to 1e-3") {
  try sinkhorn(a, b, double, epsilon: 1e-3, options: loose)
} telling: {
  summary($0)
}
measure("Sinkhorn 784², ε 1e-4, float64, to 1e-3") {
  try sinkhorn(a, b, double, epsilon: 1e-4, options: loose)
} telling: {
  summary($0)
}
let fixed = SinkhornOptions(tolerance: 1e-30, maximumIterations: 100)
measure("64 problems, 100 iterations, float32") {
  let single = try Geometry.matrix(cost.cast(to: .float32))
  let options = SinkhornOptions(tolerance: 1.1e-5, maximumIterations: 100)
  let r = try sinkhornBatch(masses[..<64], masses[64...], single, epsilon: 1e-2, options: options)
  return r.dualCosts
} telling: {
  digits($0.mean().item())
}
measure("64 problems, 100 iterations, float64") {
  let r = try sinkhornBatch(masses[..<64], masses[64...], double, epsilon: 1e-2, options: fixed)
  return r.dualCosts
} telling: {
  digits($0.mean().item())
}
measure("value and gradient of a, 784², float32") {
  let c = cost.cast(to: .float32)
  return try valueAndGradient(at: a) {
    try entropicCost($0, b, cost: c, epsilon: 1e-2, options: loose)
  }
} telling: {
  digits($0.value.item())
}
measure("exact, 784 image bins") {
  try exactTransport(a, b, double).cost
} telling: {
  digits($0)
}
let uniform = Tensor.full([2000], 1.0 / 2000, dtype: .float64)
let clouds = try Geometry.points(cloud, other)
measure("exact, 2000 points") {
  try exactTransport(uniform, uniform, clouds).cost
} telling: {
  digits($0)
}
let some = Tensor.full([784], 1.0 / 784, dtype: .float64)
let half = try Geometry.points(cloud[..<784], other[..<784])
let solved = try exactTransport(some, some, half)
measure("exact, 784 points") {
  try exactTransport(some, some, half).cost
} telling: {
  digits($0)
}
measure("the same from the solution's potentials") {
  try exactTransport(some, some, half, from: (solved.f, solved.g)).cost
} telling: {
  digits($0)
}
measure("assignment, 784 points") {
  try assignment(half.costMatrix).cost / 784
} telling: {
  digits($0)
}
measure("sliced W₂, n 2000, d 64, 100 slices") {
  slicedWasserstein(u, v, directions: 100)
} telling: {
  digits(($0.item() * 100).rounded() / 100)
}
measure("sliced W₂ with gradient") {
  gradient(at: u) { slicedWasserstein($0, v, directions: 100) }
} telling: { _ in
  ""
}

try serve()
