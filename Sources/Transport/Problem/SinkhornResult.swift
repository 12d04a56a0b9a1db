import Tensors

/// How a solver ended.
public enum SolverStatus: String, Sendable, Hashable {
  /// The tolerance was reached.
  case converged
  /// The limit of iterations came first.
  case iterationLimit
}

/// How far a plan's marginals are from the measures, as shares of the mass.
public struct MarginalErrors: Sendable, Hashable {
  /// Sum of absolute differences, over both marginals.
  public let l1: Double
  /// Largest absolute difference.
  public let lInfinity: Double
}

/// The solution of an entropic transport problem.
///
/// With f and g the potentials, the plan is Pᵢⱼ = aᵢ·exp((fᵢ + gⱼ − cᵢⱼ)/ε)·bⱼ. They solve the
/// dual of min ⟨P, c⟩ + ε·KL(P ∣ a⊗b), are defined at points without mass too, and tend to
/// Kantorovich's potentials as ε → 0. Other programs' scalings are u = a·exp(f/ε), v = b·exp(g/ε).
public struct SinkhornResult: Sendable {
  /// Masses of the first measure, `[n]`.
  public let a: Tensor
  /// Masses of the second, `[m]`.
  public let b: Tensor
  /// What the costs were.
  public let geometry: Geometry
  /// The regularization ε.
  public let epsilon: Double
  /// Potentials, `float64`.
  public let f: Tensor
  /// The potential of the second measure, `[m]`.
  public let g: Tensor
  /// How the iteration ended.
  public let status: SolverStatus
  /// Iterations, those at larger ε included.
  public let iterations: Int
  /// The marginal error in L1 before each iteration at the final ε.
  public let errors: [Double]
  /// How often the kernel was anchored anew because scalings left the type's range.
  public let absorptions: Int
  let options: SinkhornOptions
  let sourceMass: Masses
  let targetMass: Masses

  /// Whether the tolerance was reached.
  public var converged: Bool { status == .converged }

  /// What to change when it did not converge; empty otherwise.
  public var advice: String {
    if converged { return "" }
    let reached = errors.last.map { "\($0)" } ?? "unknown"
    return "the marginal error is \(reached) after \(iterations) iterations: raise "
      + "maximumIterations (\(options.maximumIterations)), the tolerance (\(options.tolerance)) "
      + "or ε (\(epsilon))"
  }

  /// The coupling; computed a block at a time, never kept.
  public var plan: TransportPlan {
    TransportPlan(
      form: .entropic(
        geometry: geometry, rows: offsets(f, sourceMass), columns: offsets(g, targetMass),
        epsilon: epsilon),
      a: sourceMass, b: targetMass)
  }

  private func offsets(_ potential: Tensor, _ masses: Masses) -> [Double] {
    let values = potential.doubles
    return values.indices.map { i in
      masses.values[i] > 0 ? values[i] + epsilon * masses.logs[i] : -.infinity
    }
  }

  /// ⟨P, c⟩, what moving the mass costs.
  /// - Complexity: one pass over all pairs of points.
  public var cost: Double { plan.cost }

  /// The dual objective at the potentials, at the solution min ⟨P, c⟩ + ε·KL(P ∣ a⊗b).
  ///
  /// For the balanced problem ⟨f, a⟩ + ⟨g, b⟩ − ε·(mass of P − mass of a⊗b).
  public var dualCost: Double {
    let (x, y) = (f.doubles, g.doubles)
    let product = sourceMass.total * targetMass.total
    let planMass = options.isBalanced ? sourceMass.total : plan.mass
    return side(x, sourceMass, options.rowHold) + side(y, targetMass, options.columnHold)
      - epsilon * (planMass - product)
  }

  private func side(_ potential: [Double], _ masses: Masses, _ penalty: Double?) -> Double {
    guard let penalty else { return expectation(masses.values, potential) }
    if penalty == 0 { return 0 }
    // −⟨φ*(−f), a⟩ with φ* the conjugate of ρ·KL.
    let gains = exponentials(potential.map { -$0 / penalty }).map { penalty * (1 - $0) }
    return expectation(masses.values, gains)
  }

  /// The primal objective ⟨P, c⟩ + ε·KL(P ∣ a⊗b), with the penalties of an unbalanced problem.
  /// - Complexity: one pass over all pairs of points.
  public var primalCost: Double {
    let summary = plan.summary(f: f.doubles, g: g.doubles)
    let product = sourceMass.total * targetMass.total
    // Σ P·log(P/(a⊗b)) = Σ P·(f + g − c)/ε.
    let divergence = (summary.potentials - summary.cost) - epsilon * (summary.mass - product)
    var total = summary.cost + divergence
    if let rho = options.rowHold, rho > 0 {
      total += rho * kullbackLeibler(summary.rows, sourceMass.values)
    }
    if let rho = options.columnHold, rho > 0 {
      total += rho * kullbackLeibler(summary.columns, targetMass.values)
    }
    return total
  }

  /// `primalCost − dualCost`: 0 at the solution of a problem whose marginals are met.
  public var gap: Double { primalCost - dualCost }

  /// How far the plan's marginals are from a and b.
  /// - Complexity: one pass over all pairs of points.
  public var marginalErrors: MarginalErrors { plan.marginalErrors }
}

/// Σ p·log(p/q) − p + q.
func kullbackLeibler(_ p: [Double], _ q: [Double]) -> Double {
  let logs = zip(logarithms(p), logarithms(q)).map { $0 - $1 }
  var sum = 0.0
  for i in p.indices {
    sum += q[i] - p[i]
    if p[i] > 0 { sum += p[i] * logs[i] }
  }
  return sum
}
