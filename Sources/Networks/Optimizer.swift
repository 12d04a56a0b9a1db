import Tensors

/// Changes a model along its gradient.
///
/// Optimisers are values: a copy continues on its own.
public protocol Optimizer {
  /// Step size of the next step.
  var learningRate: Double { get set }
  /// What is carried from step to step, by name: written to files, and read back, by ``Learner``.
  var memory: [String: [Tensor]] { get set }
  /// One step down the gradient, in place.
  mutating func update<M: Model>(_ model: inout M, along gradient: M)
}

/// A step size that an optimiser can begin with: not negative, and no NaN.
func checkedRate(_ rate: Double, _ optimizer: String) -> Double {
  guard rate >= 0, rate < .infinity else {
    stop("\(optimizer): the learning rate \(rate) is no size of a step; it is 0 or more")
  }
  return rate
}

/// Walks a model's parameters together with their gradients.
///
/// - Parameter memory: what the optimiser keeps of earlier steps for each parameter, if it does.
func eachParameter<M: Model>(
  _ model: inout M, _ gradient: M, memory: [Tensor] = [],
  _ body: (Int, inout Tensor, Tensor) -> Void
) {
  let gradients = gradient.parameters
  var next = 0
  func refuseMemory(_ what: String) -> Never {
    stop(
      "update: this optimiser has stepped another model (\(what)); make a new one for each model")
  }
  model.updateParameters { (parameter: inout Tensor) in
    guard next < gradients.count else {
      stop("update: the gradient has \(gradients.count) parameters, the model more")
    }
    let g = gradients[next]
    guard g.shape == parameter.shape else {
      stop(
        "update: parameter \(next) has shape \(parameter.shape), its gradient \(g.shape)")
    }
    if next < memory.count, memory[next].shape != parameter.shape {
      refuseMemory(
        "parameter \(next) had shape \(memory[next].shape) and has \(parameter.shape)")
    }
    body(next, &parameter, g)
    next += 1
  }
  guard next == gradients.count else {
    stop("update: the gradient has \(gradients.count) parameters, the model \(next)")
  }
  if memory.count > next {
    refuseMemory("with \(memory.count) parameters, not \(next)")
  }
}

/// Gradient descent, with momentum µ and weight decay λ if wanted: v ← µv + (g + λθ), θ ← θ − ηv.
public struct SGD: Optimizer, Sendable {
  public var learningRate: Double
  /// What a step keeps of the one before.
  public var momentum: Double
  /// Nesterov's form: the gradient is looked up ahead.
  public var nesterov: Bool
  /// λ, how much of the parameters is added to their gradient.
  public var weightDecay: Double
  var velocity: [Tensor] = []

  /// Descent, with momentum if it is not 0, and Nesterov's correction if wanted.
  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double = 0
  ) {
    self.learningRate = checkedRate(learningRate, "SGD")
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }

  public var memory: [String: [Tensor]] {
    get { ["velocity": velocity] }
    set { velocity = newValue["velocity"] ?? [] }
  }

  public mutating func update<M: Model>(_ model: inout M, along gradient: M) {
    var slots = velocity
    velocity = []
    eachParameter(&model, gradient, memory: slots) { i, parameter, slope in
      let g = weightDecay == 0 ? slope : slope + weightDecay * parameter
      if momentum == 0 {
        parameter._add(g, times: -learningRate)
        return
      }
      if i == slots.count { slots.append(g) } else { slots[i] = momentum * slots[i] + g }
      parameter._add(nesterov ? g + momentum * slots[i] : slots[i], times: -learningRate)
    }
    velocity = slots
  }
}

/// Adam (arXiv:1412.6980), and with `weightDecay` AdamW (arXiv:1711.05101).
public struct Adam: Optimizer, Sendable {
  public var learningRate: Double
  /// β₁, what the mean of gradients keeps of itself.
  public var beta1: Double
  /// β₂, what the mean of their squares keeps of itself.
  public var beta2: Double
  /// ε, added to the root of the mean square.
  public var epsilon: Double
  /// Decoupled decay λ: θ ← θ(1 − ηλ).
  public var weightDecay: Double
  var means: [Tensor] = []
  var squares: [Tensor] = []
  var step = 0

  /// Adam with the paper's defaults; a decay of the weights makes it AdamW.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    self.learningRate = checkedRate(learningRate, "Adam")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public var memory: [String: [Tensor]] {
    get { ["means": means, "squares": squares, "step": [Tensor(step)]] }
    set {
      means = newValue["means"] ?? []
      squares = newValue["squares"] ?? []
      step = newValue["step"]?.first?.item(as: Int.self) ?? 0
    }
  }

  public mutating func update<M: Model>(_ model: inout M, along gradient: M) {
    step += 1
    let scale1 = 1 / (1 - _power(beta1, step))
    let scale2 = 1 / (1 - _power(beta2, step))
    var (m, v) = (means, squares)
    means = []
    squares = []
    eachParameter(&model, gradient, memory: m) { i, parameter, g in
      if i == m.count {
        m.append(parameter.zerosLike())
        v.append(parameter.zerosLike())
      }
      parameter._adam(
        g, &m[i], &v[i], learningRate, beta1, beta2, epsilon, weightDecay, scale1, scale2)
    }
    means = m
    squares = v
  }
}

/// Adam with decoupled weight decay (arXiv:1711.05101).
public func AdamW(learningRate: Double = 1e-3, weightDecay: Double = 0.01) -> Adam {
  Adam(learningRate: learningRate, weightDecay: weightDecay)
}

/// RMSProp (Tieleman & Hinton 2012): steps divided by a running root mean square.
public struct RMSProp: Optimizer, Sendable {
  public var learningRate: Double
  /// What the mean of squares keeps of itself.
  public var decay: Double
  /// ε, added to the root of the mean square.
  public var epsilon: Double
  var squares: [Tensor] = []

  /// Descent along gradients divided by the root of their mean square.
  public init(learningRate: Double = 0.01, decay: Double = 0.99, epsilon: Double = 1e-8) {
    self.learningRate = checkedRate(learningRate, "RMSProp")
    self.decay = decay
    self.epsilon = epsilon
  }

  public var memory: [String: [Tensor]] {
    get { ["squares": squares] }
    set { squares = newValue["squares"] ?? [] }
  }

  public mutating func update<M: Model>(_ model: inout M, along gradient: M) {
    var slots = squares
    squares = []
    eachParameter(&model, gradient, memory: slots) { i, parameter, g in
      if i == slots.count { slots.append(parameter.zerosLike()) }
      slots[i] = decay * slots[i] + (1 - decay) * square(g)
      parameter -= learningRate * g / (sqrt(slots[i]) + epsilon)
    }
    squares = slots
  }
}

/// bⁿ by repeated multiplication, the same on every machine.
func _power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, n) = (1.0, base, exponent)
  while n > 0 {
    if n & 1 == 1 { result *= factor }
    factor *= factor
    n >>= 1
  }
  return result
}
