import Glibc
import Networks
import Tensors

/// CPU milliseconds of all threads together.
func now() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) * 1e3 + Double(t.tv_nsec) * 1e-6
}

/// What can be asked for, by name.
nonisolated(unsafe) var works: [(name: String, body: () -> Void)] = []

func measure(_ name: String, _ body: @escaping () -> Void) { works.append((name, body)) }

/// Answers `name TAB count` with the CPU milliseconds of one of `count` runs, and an empty line with
/// the names, so that the caller can let this program and its peers take turns.
func serve() {
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
    let start = now()
    for _ in 0..<count { work.body() }
    print((now() - start) / Double(count))
    fflush(nil)
  }
}

setSeed(0)
let small = Tensor.normal([4, 4])
measure("add 4x4") { _ = small + small }
measure("gradient 4x4") { _ = gradient(at: small) { x in sum(tanh(matmul(x, x))) } }
let smallSlope = recorded { (x: Tensor) in gradient(at: x) { x in sum(tanh(matmul(x, x))) } }
measure("gradient 4x4, recorded") { _ = smallSlope(small) }

do {
  var model = MLP([2, 128, 128, 3], activation: .relu)
  let x = Tensor.normal([64, 2])
  let labels = Tensor.randomIntegers([64], in: 0..<3)
  var optimizer = Adam()
  measure("MLP small step") {
    let (_, g) = valueAndGradient(at: model) { m in crossEntropy(m(x), labels) }
    optimizer.update(&model, along: g)
  }
  let slope = recorded { (model: MLP) in
    gradient(at: model) { m in crossEntropy(m(x), labels) }
  }
  measure("MLP small step, recorded") { optimizer.update(&model, along: slope(model)) }
}

struct SineNet: Model {
  var w1 = Tensor.normal([1, 40], std: 0.5)
  var b1 = Tensor.zeros([40])
  var w2 = Tensor.normal([40, 40], std: 0.2)
  var b2 = Tensor.zeros([40])
  var w3 = Tensor.normal([40, 1], std: 0.2)
  var b3 = Tensor.zeros([1])

  func callAsFunction(_ x: Tensor) -> Tensor {
    let h1 = relu(matmul(x, w1) + b1)
    let h2 = relu(matmul(h1, w2) + b2)
    return matmul(h2, w3) + b3
  }
}

do {
  // All 25 tasks at once: after the inner step each has weights of its own (a batch axis).
  var model = SineNet()
  let x = Tensor.uniform([25, 10, 1], low: -5, high: 5)
  let y = sin(x)
  var optimizer = Adam()
  func slope(_ model: SineNet) -> SineNet {
    gradient(at: model) { m in
      let tasks = m.mapParameters { p in
        p.ndim == 1
          ? p.reshaped([1, 1, p.size]).broadcast(to: [25, 1, p.size])
          : p.broadcast(to: [25, p.shape[0], p.shape[1]])
      }
      let inner = gradient(at: tasks) { t in square(t(x) - y).mean(axes: [1, 2]).sum() }
      let adapted = tasks.mapParameters(with: inner) { $0 - 0.01 * $1 }
      return square(adapted(x) - y).mean()
    }
  }
  measure("MAML step") { optimizer.update(&model, along: slope(model)) }
  let recordedSlope = recorded { (model: SineNet) in slope(model) }
  measure("MAML step, recorded") { optimizer.update(&model, along: recordedSlope(model)) }
}

do {
  var model = MLP([784, 512, 512, 784], activation: .relu)
  let x = Tensor.normal([256, 784])
  var optimizer = Adam()
  measure("MLP large step") {
    let (_, g) = valueAndGradient(at: model) { m in meanSquaredError(m(x), x) }
    optimizer.update(&model, along: g)
  }
}

struct VAE: Model {
  var hidden = Dense(784, 400)
  var mean = Dense(400, 20)
  var logVariance = Dense(400, 20)
  var back = Dense(20, 400)
  var output = Dense(400, 784)
}

do {
  var model = VAE()
  let x = Tensor.uniform([128, 784])
  var optimizer = Adam()
  var generator = Generator(seed: 0)
  measure("VAE step") {
    let noise = Tensor.normal([128, 20], from: &generator)
    let (_, g) = valueAndGradient(at: model) { m in
      let h = relu(m.hidden(x))
      let (mu, lv) = (m.mean(h), m.logVariance(h))
      let z = mu + exp(0.5 * lv) * noise
      let logits = m.output(relu(m.back(z)))
      let fit = (softplus(logits) - logits * x).sum()
      let divergence = -0.5 * (1 + lv - square(mu) - exp(lv)).sum()
      return (fit + divergence) / 128
    }
    optimizer.update(&model, along: g)
  }
}

func chain(_ x: Tensor) -> Tensor {
  let a = exp(x * 0.5) + 1
  let b = tanh(a * x) - 0.25
  return (b * b + x) * 2 - a
}

let million = Tensor.normal([1_000_000])
measure("chain of ten, 10^6") { chain(million).evaluated() }
measure("chain of ten, with gradient") { _ = gradient(at: million) { x in sum(chain(x)) } }
measure("exp 10^6") { exp(million).evaluated() }
measure("tanh 10^6") { tanh(million).evaluated() }
let matrix = Tensor.normal([784, 784])
measure("logSumExp 784x784") { _ = logSumExp(matrix) }
measure("logSumExp, with gradient") { _ = gradient(at: matrix) { x in sum(logSumExp(x)) } }
let big = Tensor.normal([1024, 1024])
measure("matmul 1024") { _ = matmul(big, big) }
let images = Tensor.normal([32, 28, 28, 16])
let kernel = Tensor.normal([3, 3, 16, 32])
measure("conv 3x3") { _ = conv2d(images, kernel, padding: 1) }
measure("conv 3x3, with gradient") {
  _ = gradient(at: images, kernel) { x, k in sum(square(conv2d(x, k, padding: 1))) }
}

/// The derivative of a double pendulum's angles and their speeds.
func swing(_ s: Tensor) -> Tensor {
  let (a, b, u, v) = (s[0], s[1], s[2], s[3])
  let d = a - b
  let divisor = 3 - cos(2 * d)
  let first =
    -29.43 * sin(a) - 9.81 * sin(a - 2 * b) - 2 * sin(d) * (square(v) + square(u) * cos(d))
  let second = 2 * sin(d) * (2 * square(u) + 19.62 * cos(a) + square(v) * cos(d))
  return stack([u, v, first / divisor, second / divisor])
}
let start = Tensor([1.0, 0.5, 0, 0])
func sensitivity(_ start: Tensor) -> Tensor {
  gradient(at: start) { s in
    sum(integrate(from: s, at: [0, 2], steps: 200) { _, s in swing(s) }[1])
  }
}
measure("200 steps of a pendulum, with gradient") { _ = sensitivity(start) }
let recordedSensitivity = recorded { (start: Tensor) in sensitivity(start) }
measure("the same, recorded") { _ = recordedSensitivity(start) }

// Functions of one example, for a batch.
do {
  let (x, mean, scale) = (Tensor.normal([200, 10]), Tensor.normal([10]), Tensor.normal([10]))
  func likelihood(_ x: Tensor) -> Tensor {
    sum(-0.5 * square((x - mean) * exp(-scale)) - scale)
  }
  measure("200 likelihoods, vmap") { vmap(likelihood)(x).evaluated() }
  measure("200 likelihoods, a loop") { stack(x.rows.map(likelihood)).evaluated() }
}
for (inputs, hidden, outputs) in [(16, 32, 1), (784, 32, 10)] {
  let (x, y) = (Tensor.normal([128, inputs]), Tensor.normal([128, outputs]))
  let (first, second) = (Tensor.normal([inputs, hidden]), Tensor.normal([hidden, outputs]))
  func slopes(_ x: Tensor, _ y: Tensor) -> (Tensor, Tensor) {
    gradient(at: first, second) { v, w in sum(square(matmul(tanh(matmul(x, v)), w) - y)) }
  }
  let name = "128 gradients, \(inputs)-\(hidden)-\(outputs)"
  measure("\(name), vmap") { vmap(slopes)(x, y).0.evaluated() }
  measure("\(name), a loop") {
    stack((0..<128).map { slopes(x[$0], y[$0]).0 }).evaluated()
  }
}
do {
  let (x, a) = (Tensor.normal([1000, 8]), Tensor.normal([8, 8]))
  measure("1000 quadratic forms, vmap") { vmap { x in dot(x, matmul(a, x)) }(x).evaluated() }
  measure("1000 quadratic forms, a loop") {
    stack(x.rows.map { dot($0, matmul(a, $0)) }).evaluated()
  }
}

serve()
