// Times the same work with and without subnormal numbers in it, in turns. Ratios near 1 say that
// they cost nothing; without flushing, Intel's CPUs show 4 and more.
import Glibc

func cpu() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) * 1e3 + Double(t.tv_nsec) * 1e-6
}

/// Medians of 15 paired samples of about 10 ms each.
func compare(_ name: String, _ ordinary: () -> Void, _ other: () -> Void) {
  func once(_ body: () -> Void, _ count: Int) -> Double {
    let start = cpu()
    for _ in 0..<count { body() }
    return (cpu() - start) / Double(count)
  }
  _ = (once(ordinary, 2), once(other, 2))
  let count = Swift.max(1, Int(10 / Swift.max(1e-4, once(ordinary, 3))))
  var (times, ratios) = ([Double](), [Double]())
  for _ in 0..<15 {
    let (a, b) = (once(ordinary, count), once(other, count))
    times.append(a)
    ratios.append(b / a)
  }
  print("\(name)\t\(times.sorted()[7])\t\(ratios.sorted()[7])")
}

setSeed(1)
let n = 784
let kernel = Tensor.uniform([n, n], low: 0.1, high: 1)
// Every 25th entry below the smallest normal number, 1.2·10⁻³⁸.
let holes = which((Tensor.arange(n * n).reshaped(n, n) % 25) .== 0, 1e-40, kernel).evaluated()
let v = Tensor.uniform([n, 1], low: 0.5, high: 1)
let batch = Tensor.uniform([n, 64], low: 0.5, high: 1)
compare(
  "matrix times vector, 784², 4 % subnormal", { _ = matmul(kernel, v) }, { _ = matmul(holes, v) })
compare(
  "matrix times 64 columns, 784²", { _ = matmul(kernel, batch) }, { _ = matmul(holes, batch) })

let logits = Tensor.uniform([512, 784], low: -5, high: 0)
let spread = which((Tensor.arange(512 * 784).reshaped(512, 784) % 4) .== 0, -95, logits).evaluated()
compare(
  "softmax, 512 × 784, a quarter below e⁻⁸⁷", { _ = softmax(logits) }, { _ = softmax(spread) })
compare(
  "exp, a quarter below e⁻⁸⁷", { _ = exp(logits).evaluated() }, { _ = exp(spread).evaluated() })
compare(
  "exp, then a product with the result", { _ = (exp(logits) * 0.5).evaluated() },
  { _ = (exp(spread) * 0.5).evaluated() })

func adam(_ size: Double) -> () -> Void {
  var (p, rule) = (Tensor.zeros(400_000), Adam())
  let g = Tensor.full([400_000], size)
  return { rule.update(&p, along: g) }
}
compare("Adam, gradients of 10⁻²¹ beside 10⁻²", adam(1e-2), adam(1e-21))

let x = Tensor.uniform([n, 2])
let y = Tensor.uniform([n, 2])
let masses = Tensor.full([n], 1 / Double(n))
let options = SinkhornOptions(tolerance: 1e-3)
func transport(_ type: DType) throws -> () -> Void {
  let geometry = try Geometry.points(x.cast(to: type), y.cast(to: type))
  return { _ = try? sinkhorn(masses, masses, geometry, epsilon: 1e-2, options: options) }
}
compare(
  "Sinkhorn 784², ε 0.01: float32 beside float64", try transport(.float64), try transport(.float32))
