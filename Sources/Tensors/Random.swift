internal import _CVectorKernels

extension Tensor {
  /// Numbers from [low, high).
  public static func uniform(
    _ shape: [Int], low: Double = 0, high: Double = 1, dtype: DType = .float32,
    from generator: inout Generator
  ) -> Tensor {
    let unit = Tensor(unitBody(shape, dtype, "uniform", VK_USE_UNIFORM, &generator))
    if low == 0 && high == 1 { return unit }
    guard low <= high, (high - low).isFinite else {
      stop("uniform: numbers from \(PlainNumber(low)) up to \(PlainNumber(high))")
    }
    // Rounding takes a few of the largest to `high` itself, which is excluded.
    let below = dtype == .float64 ? high.nextDown : largestFloat(below: high)
    return maximum(minimum(low + unit * (high - low), below), low)
  }

  /// The same with random numbers from the shared generator.
  public static func uniform(
    _ shape: [Int], low: Double = 0, high: Double = 1, dtype: DType = .float32
  ) -> Tensor {
    var generator = splitSharedGenerator()
    return uniform(shape, low: low, high: high, dtype: dtype, from: &generator)
  }

  /// Normal numbers.
  public static func normal(
    _ shape: [Int], mean: Double = 0, std: Double = 1, dtype: DType = .float32,
    from generator: inout Generator
  ) -> Tensor {
    let body = randomBody(shape, dtype, "normal")
    let start = generator.take((body.count + 1) / 2 * 4)
    vk_random_normal(dtype.rawValue, generator.key, start, body.count, body.data)
    let standard = Tensor(body)
    return mean == 0 && std == 1 ? standard : mean + standard * std
  }

  /// The same with random numbers from the shared generator.
  public static func normal(
    _ shape: [Int], mean: Double = 0, std: Double = 1, dtype: DType = .float32
  ) -> Tensor {
    var generator = splitSharedGenerator()
    return normal(shape, mean: mean, std: std, dtype: dtype, from: &generator)
  }

  /// Integers from [low, high), each equally likely to within 2⁻³².
  public static func randomIntegers(
    _ shape: [Int], in range: Range<Int>, from generator: inout Generator
  ) -> Tensor {
    guard range.lowerBound >= Int(Int32.min), range.upperBound <= Int(Int32.max), !range.isEmpty
    else { stop("randomIntegers: \(range) is empty or leaves int32") }
    let body = Body(shape, .int32)
    var words = [UInt32](repeating: 0, count: body.count)
    vk_random_bits(
      generator.key, generator.take(body.count), VK_USE_INTEGERS.rawValue, body.count, &words)
    let (span, out) = (UInt64(range.count), body.bound(Int32.self))
    for i in 0..<body.count {
      out[i] = Int32(range.lowerBound + Int((UInt64(words[i]) * span) >> 32))
    }
    return Tensor(body)
  }

  /// The same with random numbers from the shared generator.
  public static func randomIntegers(_ shape: [Int], in range: Range<Int>) -> Tensor {
    var generator = splitSharedGenerator()
    return randomIntegers(shape, in: range, from: &generator)
  }

  /// 1 with the given probability (a tensor of them, or one), else 0.
  public static func bernoulli(_ probability: Tensor, from generator: inout Generator) -> Tensor {
    let type = probability.dtype.floating
    // Sums of rounded shares may be a little above 1.
    guard (probability.plain .>= -1e-6).all(), (probability.plain .<= 1.000001).all() else {
      stop("bernoulli: probabilities outside of [0, 1], or NaN")
    }
    let u = Tensor(unitBody(probability.shape, type, "bernoulli", VK_USE_COINS, &generator))
    return (u .< probability).cast(to: probability.dtype.floating)
  }

  /// The same with random numbers from the shared generator.
  public static func bernoulli(_ probability: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return bernoulli(probability, from: &generator)
  }

  /// Standard Gumbel numbers, −log(−log u).
  public static func gumbel(
    _ shape: [Int], dtype: DType = .float32, from generator: inout Generator
  ) -> Tensor {
    elementwise(shape, dtype, "gumbel", .split, &generator) { key, i in
      -vk_stable_log(-vk_stable_log(Generator.pair(key, i, 0).0))
    }
  }

  /// The same with random numbers from the shared generator.
  public static func gumbel(_ shape: [Int], dtype: DType = .float32) -> Tensor {
    var generator = splitSharedGenerator()
    return gumbel(shape, dtype: dtype, from: &generator)
  }

  /// Positions drawn with probabilities softmax(logits) along the last axis.
  public static func categorical(logits: Tensor, from generator: inout Generator) -> Tensor {
    if isNaN(logits.plain).any() { stop("categorical: logits that are NaN") }
    return (logits.plain + gumbel(logits.shape, dtype: logits.dtype.floating, from: &generator))
      .argmax(axis: -1)
  }

  /// The same with random numbers from the shared generator.
  public static func categorical(logits: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return categorical(logits: logits, from: &generator)
  }

  /// Standard normal numbers given that they lie in [low, high], by rejection (Robert 1995,
  /// arXiv:0907.4010).
  public static func truncatedNormal(
    _ shape: [Int], low: Double = -2, high: Double = 2, dtype: DType = .float32,
    from generator: inout Generator
  ) -> Tensor {
    guard low < high, low < .infinity, high > -.infinity else {
      stop("truncatedNormal: \(PlainNumber(low))…\(PlainNumber(high)) is empty")
    }
    return elementwise(shape, dtype, "truncatedNormal", .truncatedNormal, &generator) { key, i in
      truncated(key, i, low, high)
    }
  }

  /// The same with random numbers from the shared generator.
  public static func truncatedNormal(
    _ shape: [Int], low: Double = -2, high: Double = 2, dtype: DType = .float32
  ) -> Tensor {
    var generator = splitSharedGenerator()
    return truncatedNormal(shape, low: low, high: high, dtype: dtype, from: &generator)
  }

  /// Gamma numbers with scale 1, one for each element of `concentration` (Marsaglia & Tsang 2000,
  /// doi:10.1145/358407.358414).
  ///
  /// No gradients.
  public static func gamma(_ concentration: Tensor, from generator: inout Generator) -> Tensor {
    let values = concentration.doubles
    guard values.allSatisfy({ $0 > 0 && $0 < .infinity }) else {
      stop("gamma: concentrations are positive and finite")
    }
    return elementwise(
      concentration.shape, concentration.dtype.floating, "gamma", .gamma, &generator
    ) { key, i in vk_stable_exp(logGammaNumber(key, i, values[i])) }
  }

  /// The same with random numbers from the shared generator.
  public static func gamma(_ concentration: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return gamma(concentration, from: &generator)
  }

  /// Beta numbers for pairs of concentrations.
  public static func beta(_ a: Tensor, _ b: Tensor, from generator: inout Generator) -> Tensor {
    let shape = broadcastShape(a.shape, b.shape, "beta")
    let p = a.plain.broadcast(to: shape).expandedDims(axis: -1)
    let q = b.plain.broadcast(to: shape).expandedDims(axis: -1)
    return simplexPoints(concatenate([p, q], axis: -1), "beta", .beta, &generator)[.ellipsis, 0]
  }

  /// The same with random numbers from the shared generator.
  public static func beta(_ a: Tensor, _ b: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return beta(a, b, from: &generator)
  }

  /// Points of the simplex along the last axis of `concentration`.
  public static func dirichlet(_ concentration: Tensor, from generator: inout Generator) -> Tensor {
    simplexPoints(concentration, "dirichlet", .dirichlet, &generator)
  }

  private static func simplexPoints(
    _ concentration: Tensor, _ name: String, _ use: Generator.Use, _ generator: inout Generator
  ) -> Tensor {
    let values = concentration.doubles
    guard values.allSatisfy({ $0 > 0 && $0 < .infinity }) else {
      stop("\(name): concentrations are positive and finite")
    }
    let logs = elementwise(concentration.shape, .float64, name, use, &generator) { key, i in
      logGammaNumber(key, i, values[i])
    }
    return logs.softmax(axis: -1).cast(to: concentration.dtype.floating)
  }

  /// The same with random numbers from the shared generator.
  public static func dirichlet(_ concentration: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return dirichlet(concentration, from: &generator)
  }

  /// `0 ..< count` in random order.
  public static func permutation(_ count: Int, from generator: inout Generator) -> Tensor {
    guard count >= 0 else { stop("permutation: of \(count) numbers") }
    var order = Array(0..<count)
    var words = [UInt32](repeating: 0, count: count)
    vk_random_bits(generator.key, generator.take(count), VK_USE_ORDER.rawValue, count, &words)
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, Int((UInt64(words[i]) * UInt64(i + 1)) >> 32))
    }
    return Tensor(order)
  }

  /// The same with random numbers from the shared generator.
  public static func permutation(_ count: Int) -> Tensor {
    var generator = splitSharedGenerator()
    return permutation(count, from: &generator)
  }

  /// `count` of the numbers `0 ..< total`, without repetition unless `replacing`.
  public static func choice(
    _ total: Int, _ count: Int, replacing: Bool = false, from generator: inout Generator
  ) -> Tensor {
    if replacing { return randomIntegers([count], in: 0..<total, from: &generator) }
    guard count >= 0, count <= total else {
      stop("choice: \(count) of \(total) without repetition")
    }
    return permutation(total, from: &generator)[..<count]
  }

  /// The same with random numbers from the shared generator.
  public static func choice(_ total: Int, _ count: Int, replacing: Bool = false) -> Tensor {
    var generator = splitSharedGenerator()
    return choice(total, count, replacing: replacing, from: &generator)
  }

  /// The rows (slices of the first axis) in random order.
  public func shuffled(from generator: inout Generator) -> Tensor {
    take(Tensor.permutation(dim(0), from: &generator))
  }
}

/// The largest `float32` below a number.
private func largestFloat(below limit: Double) -> Double {
  let nearest = Float(limit)
  return Double(Double(nearest) < limit ? nearest : nearest.nextDown)
}

/// Numbers from [0, 1) of one use of a stream.
private func unitBody(
  _ shape: [Int], _ dtype: DType, _ name: String, _ use: vk_use, _ generator: inout Generator
) -> Body {
  let body = randomBody(shape, dtype, name)
  let start = generator.take(body.count * (dtype == .float64 ? 2 : 1))
  vk_random_uniform(
    dtype.rawValue, generator.key, start, use.rawValue, body.count, body.data)
  return body
}

private func randomBody(_ shape: [Int], _ dtype: DType, _ name: String) -> Body {
  guard dtype == dtype.floating else { stop("\(name): float32 or float64, not \(dtype)") }
  return Body(shape, dtype)
}

/// Numbers that are functions of a key and their position.
private func elementwise(
  _ shape: [Int], _ dtype: DType, _ name: String, _ use: Generator.Use,
  _ generator: inout Generator, _ number: (UInt64, Int) -> Double
) -> Tensor {
  let body = randomBody(shape, dtype, name)
  let key = generator.split(for: use).key
  if dtype == .float64 {
    let out = body.bound(Double.self)
    for i in 0..<body.count { out[i] = number(key, i) }
  } else {
    let out = body.bound(Float.self)
    for i in 0..<body.count { out[i] = Float(number(key, i)) }
  }
  return Tensor(body)
}

/// A standard normal number from two uniforms, by the ratio method's polar form.
private func normalNumber(_ key: UInt64, _ element: Int, _ attempt: inout Int) -> Double {
  while true {
    let (u, v) = Generator.pair(key, element, attempt)
    attempt += 1
    let (x, y) = (2 * u - 1, 2 * v - 1)
    let r = x * x + y * y
    if r > 0 && r < 1 { return x * (-2 * vk_stable_log(r) / r).squareRoot() }
  }
}

/// The logarithm of a gamma number, which does not underflow for small concentrations.
private func logGammaNumber(_ key: UInt64, _ element: Int, _ a: Double) -> Double {
  var attempt = 0
  let boosted = a < 1 ? a + 1 : a
  let d = boosted - 1.0 / 3
  let c = 1 / (9 * d).squareRoot()
  var result = 0.0
  while true {
    let x = normalNumber(key, element, &attempt)
    let t = 1 + c * x
    if t <= 0 { continue }
    let v = t * t * t
    let u = Generator.pair(key, element, attempt).0
    attempt += 1
    if vk_stable_log(u) < 0.5 * x * x + d - d * v + d * vk_stable_log(v) {
      result = vk_stable_log(d) + vk_stable_log(v)
      break
    }
  }
  if a < 1 { result += vk_stable_log(Generator.pair(key, element, attempt).0) / a }
  return result
}

private func truncated(_ key: UInt64, _ element: Int, _ low: Double, _ high: Double) -> Double {
  var attempt = 0
  if low < 0 && high > 0 && high - low > 1.5 {
    while true {
      let x = normalNumber(key, element, &attempt)
      if x >= low && x <= high { return x }
    }
  }
  // Mirrored so that the interval lies on the right.
  if high <= 0 { return -truncated(key, element, -high, -low) }
  let isTail = low > 0.25 && (high - low) * low > 1
  let rate = (low + (low * low + 4).squareRoot()) / 2
  while true {
    let (u, v) = Generator.pair(key, element, attempt)
    attempt += 1
    if isTail {
      let x = low - vk_stable_log(u) / rate
      let gap = x - rate
      if x <= high && vk_stable_log(v) <= -gap * gap / 2 { return x }
    } else {
      let x = low + u * (high - low)
      let nearest = low > 0 ? low : 0
      if vk_stable_log(v) <= (nearest * nearest - x * x) / 2 { return x }
    }
  }
}
