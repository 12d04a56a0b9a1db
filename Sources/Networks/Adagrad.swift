import Tensors

/// Adagrad (Duchi, Hazan & Singer 2011): steps divided by the root of all squared gradients so far.
public struct Adagrad: Optimizer, Sendable {
  public var learningRate: Double
  /// ε, added to the root of the sum of squares.
  public var epsilon: Double
  var sums: [Tensor] = []

  /// Descent along gradients divided by the root of the sum of their squares.
  public init(learningRate: Double = 0.01, epsilon: Double = 1e-10) {
    self.learningRate = checkedRate(learningRate, "Adagrad")
    self.epsilon = epsilon
  }

  public var memory: [String: [Tensor]] {
    get { ["sums": sums] }
    set { sums = newValue["sums"] ?? [] }
  }

  public mutating func update<M: Model>(_ model: inout M, along gradient: M) {
    var slots = sums
    sums = []
    eachParameter(&model, gradient, memory: slots) { i, parameter, g in
      if i == slots.count { slots.append(square(g)) } else { slots[i] = slots[i] + square(g) }
      parameter._add(g / (sqrt(slots[i]) + epsilon), times: -learningRate)
    }
    sums = slots
  }
}

/// AMSGrad (arXiv:1904.09237): Adam whose divisor never shrinks, which converges where Adam may not.
public struct AMSGrad: Optimizer, Sendable {
  public var learningRate: Double
  /// β₁, what the mean of gradients keeps of itself.
  public var beta1: Double
  /// β₂, what the mean of their squares keeps of itself.
  public var beta2: Double
  /// ε, added to the root of the mean square.
  public var epsilon: Double
  var means: [Tensor] = []
  var squares: [Tensor] = []
  var largest: [Tensor] = []
  var step = 0

  /// AMSGrad with the defaults of Adam, and its corrections of the first steps.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.learningRate = checkedRate(learningRate, "AMSGrad")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var memory: [String: [Tensor]] {
    get { ["means": means, "squares": squares, "largest": largest, "step": [Tensor(step)]] }
    set {
      means = newValue["means"] ?? []
      squares = newValue["squares"] ?? []
      largest = newValue["largest"] ?? []
      step = newValue["step"]?.first?.item(as: Int.self) ?? 0
    }
  }

  public mutating func update<M: Model>(_ model: inout M, along gradient: M) {
    step += 1
    let scale1 = 1 / (1 - _power(beta1, step))
    let scale2 = 1 / (1 - _power(beta2, step))
    var (m, v, top) = (means, squares, largest)
    eachParameter(&model, gradient, memory: m) { i, parameter, g in
      if i == m.count {
        m.append(parameter.zerosLike())
        v.append(parameter.zerosLike())
        top.append(parameter.zerosLike())
      }
      m[i] = beta1 * m[i] + (1 - beta1) * g
      v[i] = beta2 * v[i] + (1 - beta2) * square(g)
      top[i] = maximum(top[i], v[i])
      parameter._add(scale1 * m[i] / (sqrt(scale2 * top[i]) + epsilon), times: -learningRate)
    }
    (means, squares, largest) = (m, v, top)
  }
}

extension Model {
  /// A gradient that is 0 for all parameters but those with names that are kept: the others are
  /// frozen, as long as the optimiser has no weight decay.
  ///
  /// ```swift
  /// optimizer.update(&model, along: slope.keeping { $0.hasPrefix("head") })
  /// ```
  public func keeping(_ isKept: (String) -> Bool) -> Self {
    let kept = namedParameters.map { isKept($0.name) }
    var next = 0
    return mapParameters { parameter in
      defer { next += 1 }
      return kept[next] ? parameter : parameter.zerosLike()
    }
  }
}
