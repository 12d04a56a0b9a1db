import Display
import Tensors

extension SinkhornSolver {
  /// The iteration on potentials φ = f/ε, γ = g/ε, for any geometry, penalties and acceleration.
  ///
  /// φ ← −τ·log Σ_j exp(γ_j + log b_j − c/ε), then γ likewise, with τ = ρ/(ρ + ε), or 1 for a
  /// marginal that is held exactly. The error is Σ a·|exp(φ − φ⁺) − 1|, which is the marginal
  /// error in L1 if τ = 1.
  func runLogarithmic(
    _ state: inout SinkhornState, epsilon: Double, tolerance: Double, limit: Int
  ) -> Bool {
    var soft = geometry.softMinimum(epsilon: epsilon, form: options.form)
    let tauA = options.rowHold.map { $0 / ($0 + epsilon) } ?? 1
    let tauB = options.columnHold.map { $0 / ($0 + epsilon) } ?? 1
    var phi = state.f?.map { $0 / epsilon } ?? [Double](repeating: 0, count: a.values.count)
    var gamma: [Double]
    if let g = state.g {
      gamma = g.map { $0 / epsilon }
    } else if state.f != nil {
      gamma = soft.columns(added(phi, a.logs)).map { -tauB * $0 }
    } else {
      gamma = [Double](repeating: 0, count: b.values.count)
    }
    var relaxation = Relaxation(options.acceleration)
    var anderson = AndersonMixer(options.acceleration)
    var converged = false
    var target = tolerance
    var known = state.f != nil
    for _ in 0..<limit {
      _checkpoint()
      let next = soft.rows(added(gamma, b.logs)).map { -tauA * $0 }
      var error = known ? changed(phi, next, a) : .infinity
      let omega = relaxation.factor
      if error <= target {
        // One plain step: it makes columns exact, and tells what extrapolation left to do.
        gamma = soft.columns(added(next, a.logs)).map { -tauB * $0 }
        state.iterations += 1
        phi = next
        if omega != 1 || anderson != nil {
          let check = soft.rows(added(gamma, b.logs)).map { -tauA * $0 }
          error = changed(phi, check, a)
        }
        state.errors.append(error)
        if error <= tolerance {
          converged = true
          break
        }
        // The extrapolated iteration goes on, and has to come closer before the next look.
        anderson?.reset()
        target /= 4
        continue
      }
      if known { state.errors.append(error) }
      phi = known ? mixed(phi, next, omega) : next
      let columns = soft.columns(added(phi, a.logs)).map { -tauB * $0 }
      gamma = known ? mixed(gamma, columns, omega) : columns
      if let better = anderson?.step(gamma) { gamma = better }
      relaxation.observe(error)
      if relaxation.wasGivenUp { anderson?.reset() }
      known = true
      state.iterations += 1
    }
    state.f = phi.map { $0 * epsilon }
    state.g = gamma.map { $0 * epsilon }
    return converged
  }
}

private func mixed(_ old: [Double], _ new: [Double], _ omega: Double) -> [Double] {
  if omega == 1 { return new }
  return old.indices.map { old[$0] + omega * (new[$0] - old[$0]) }
}

/// Σ mass·|exp(old − new) − 1| as a share of the mass.
private func changed(_ old: [Double], _ new: [Double], _ masses: Masses) -> Double {
  let ratios = exponentials(old.indices.map { Swift.min(700, old[$0] - new[$0]) })
  var sum = 0.0
  for i in old.indices where masses.values[i] > 0 {
    sum += masses.values[i] * Swift.abs(ratios[i] - 1)
  }
  return sum / masses.total
}

/// Chooses the factor of over-relaxation from the rate at which plain iterations converge.
///
/// If those shrink the error by q each, ω = 2/(1 + √(1 − q)) is best near the solution
/// (Young's formula for successive over-relaxation; arXiv:2012.12562, section 3).
struct Relaxation {
  private(set) var factor = 1.0
  private(set) var wasGivenUp = false
  private let adapts: Bool
  private var last = Double.infinity
  private var rate = 0.0
  private var plainSteps = 0
  private var reference = Double.infinity
  private var window = 0
  private var patience = 10

  init(_ acceleration: Acceleration) {
    switch acceleration {
    case .automatic: adapts = true
    case .overRelaxation(let omega):
      adapts = false
      guard omega > 0 && omega < 2 else {
        fatalError("overRelaxation: a factor between 0 and 2, not \(omega)")
      }
      factor = omega
    default: adapts = false
    }
  }

  mutating func observe(_ error: Double) {
    guard adapts, error < .infinity else { return }
    defer { last = error }
    wasGivenUp = false
    if factor == 1 {
      plainSteps += 1
      let ratio = error / last
      let isSteady = Swift.abs(ratio - rate) < 0.02 * (1 - Swift.min(ratio, 0.999)) + 0.002
      rate = ratio
      if plainSteps >= patience && isSteady && ratio > 0.5 && ratio < 1 {
        factor = Swift.min(1.98, 2 / (1 + (1 - ratio).squareRoot()))
        reference = error
        // Before over-relaxed errors fall they may grow, for about 1/(2 − ω) iterations.
        window = 20 + Int(6 / (2 - factor))
      }
      return
    }
    window -= 1
    let isOver = window <= 0
    if !(error < 1e3 * reference) || (isOver && error > 0.7 * reference) {
      factor = 1
      wasGivenUp = true
      plainSteps = 0
      patience = Swift.min(500, patience * 2)
    } else if isOver {
      reference = error
      window = 20 + Int(6 / (2 - factor))
    }
  }

  /// Back to plain iterations.
  mutating func rest() { factor = 1; plainSteps = 0 }
}

/// Anderson's extrapolation, type II, with regularized least squares.
struct AndersonMixer {
  private let memory: Int
  private var inputs: [[Double]] = []
  private var residuals: [[Double]] = []
  private var previous: [Double]?

  init?(_ acceleration: Acceleration) {
    guard case .anderson(let memory) = acceleration else { return nil }
    self.memory = Swift.max(1, memory)
  }

  mutating func reset() { (inputs, residuals, previous) = ([], [], nil) }

  /// Takes what the iteration made of the last point and returns the next point to begin from.
  mutating func step(_ image: [Double]) -> [Double] {
    guard let point = previous, image.allSatisfy({ Swift.abs($0) < .infinity }) else {
      previous = image
      return image
    }
    inputs.append(image)
    residuals.append(zip(image, point).map { $0 - $1 })
    if inputs.count > memory + 1 { inputs.removeFirst(); residuals.removeFirst() }
    let k = residuals.count
    guard k > 1, let newest = residuals.last else { previous = image; return image }
    // Weights that sum to one and make the mixed residual short.
    let differences = (0..<k - 1).map { i in zip(newest, residuals[i]).map { $0 - $1 } }
    var gram = [Double](repeating: 0, count: (k - 1) * (k - 1))
    for i in 0..<k - 1 {
      for j in 0..<k - 1 { gram[i * (k - 1) + j] = inner(differences[i], differences[j]) }
    }
    let ridge = 1e-10 * (0..<k - 1).reduce(0.0) { $0 + gram[$1 * (k - 1) + $1] } + 1e-300
    for i in 0..<k - 1 { gram[i * (k - 1) + i] += ridge }
    let right = differences.map { inner($0, newest) }
    let matrix = Tensor(gram, shape: [k - 1, k - 1], .float64)
    guard
      let weights = try? solve(matrix, Tensor(right, shape: [k - 1, 1], .float64)).doubles,
      weights.allSatisfy({ Swift.abs($0) < 1e4 })
    else {
      reset()
      previous = image
      return image
    }
    var next = image
    for i in 0..<k - 1 {
      for e in next.indices { next[e] -= weights[i] * (image[e] - inputs[i][e]) }
    }
    previous = next
    return next
  }
}
