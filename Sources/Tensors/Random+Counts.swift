internal import _CVectorKernels

extension Tensor {
  /// Exponential numbers with mean 1 / rate.
  ///
  /// For a gradient with respect to the rate, divide numbers of rate 1 by it.
  public static func exponential(
    _ shape: [Int], rate: Double = 1, dtype: DType = .float32, from generator: inout Generator
  ) -> Tensor {
    guard rate > 0 else { stop("exponential: the rate \(rate) is not positive") }
    var stream = generator.split(for: .exponential)
    // 1 − u is never 0.
    let numbers = (0..<elementCount(shape, dtype)).map { _ in
      -vk_stable_log(1 - Double.random(in: 0..<1, using: &stream)) / rate
    }
    return Tensor(numbers, shape: shape, dtype: dtype)
  }

  /// The same with random numbers from the shared generator.
  public static func exponential(
    _ shape: [Int], rate: Double = 1, dtype: DType = .float32
  ) -> Tensor {
    var generator = splitSharedGenerator()
    return exponential(shape, rate: rate, dtype: dtype, from: &generator)
  }

  /// Counts of events where `rate` are expected, as `int32`.
  ///
  /// A large rate is split as a sum of smaller ones: of independent counts, the sum is such a count.
  /// - Complexity: proportional to the rates.
  public static func poisson(_ rate: Tensor, from generator: inout Generator) -> Tensor {
    let rates = rate.doubles
    guard rates.allSatisfy({ $0 >= 0 && $0 < 1e7 }) else {
      stop("poisson: a rate is negative, not a number, or above 10⁷")
    }
    var stream = generator.split(for: .poisson)
    let counts = rates.map { rate -> Int in
      var (count, rest) = (0, rate)
      while rest > 0 {
        // The product of uniform numbers falls below exp(−part) after so many factors.
        let part = Swift.min(rest, 500)
        rest -= part
        var total = 0.0
        while true {
          total += vk_stable_log(1 - Double.random(in: 0..<1, using: &stream))
          if total < -part { break }
          count += 1
        }
      }
      return count
    }
    return Tensor(counts).reshaped(rate.shape)
  }

  /// The same with random numbers from the shared generator.
  public static func poisson(_ rate: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return poisson(rate, from: &generator)
  }

  /// `count` positions, each drawn with the given probabilities, with repetition.
  ///
  /// Probabilities are divided by their sum: weights do as well.
  public static func choice(
    _ count: Int, probabilities: Tensor, from generator: inout Generator
  ) -> Tensor {
    let weights = probabilities.doubles
    let total = weights.reduce(0, +)
    guard probabilities.ndim == 1, weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite else {
      stop("choice: probabilities \(probabilities.shape) are negative, not finite, or all 0")
    }
    var sums: [Double] = []
    for weight in weights { sums.append((sums.last ?? 0) + weight) }
    let last = weights.lastIndex { $0 > 0 } ?? 0
    var stream = generator.split(for: .choice)
    let drawn = (0..<count).map { _ in Double.random(in: 0..<1, using: &stream) * total }
    let found = Tensor(sums, dtype: .float64)
      .searchSorted(Tensor(drawn, dtype: .float64), afterEqual: true)
    return clip(found, 0, last)
  }

  /// The same with random numbers from the shared generator.
  public static func choice(_ count: Int, probabilities: Tensor) -> Tensor {
    var generator = splitSharedGenerator()
    return choice(count, probabilities: probabilities, from: &generator)
  }
}
