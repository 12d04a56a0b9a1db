internal import _CVectorKernels
import Display
import Tensors

/// Sinkhorn's iteration on scalings of a kernel that is anchored at potentials.
///
/// K = exp((f₀ + g₀ − c)/ε) with f₀, g₀ close to the potentials has rows and columns of ordinary
/// size at any ε; u and v then only carry what changed since (Schmitzer 2019, arXiv:1610.06519).
/// When they leave a safe range, they move into f₀, g₀ and K is computed anew; when even one
/// iteration leaves the type's range, that iteration is done in logarithms.
struct AnchoredKernel {
  private let cost: Tensor
  private let kernel: Tensor
  private let a: Masses
  private let b: Masses
  private let options: SinkhornOptions
  private var type: Int32 { cost.dtype.rawValue }
  private var n: Int { cost.shape[0] }
  private var m: Int { cost.shape[1] }
  /// Sums of the anchored kernel stay within e^±reach.
  private var reach: Double { cost.dtype == .float32 ? 25 : 200 }

  init(_ geometry: Geometry, _ a: Masses, _ b: Masses, _ options: SinkhornOptions) throws {
    // Sums in float32 carry an error of about 10⁻⁶.
    let type = geometry.dtype == .float32 && options.tolerance >= 1e-5 ? DType.float32 : .float64
    let bytes = geometry.entryCount.map { 2 * Double($0) * Double(type.byteCount) } ?? .infinity
    guard bytes < 0.9 * Double(vk_physical_memory()) else {
      throw TransportError(
        "\(geometry.rows) × \(geometry.columns) costs and their kernel need "
          + "\(Int(bytes / 0x1p30)) GiB; use Geometry.points, which needs no matrix")
    }
    cost = geometry.costMatrix.cast(to: type)
    kernel = Tensor(uninitialized: cost.shape, type)
    self.a = a
    self.b = b
    self.options = options
  }

  func run(_ state: inout SinkhornState, epsilon: Double, tolerance: Double, limit: Int) -> Bool {
    let soft = MatrixLogarithms(cost: cost, inverse: 1 / epsilon)
    // Columns are made exact, so that the first sweep measures the whole error.
    var f =
      state.f
      ?? soft.rows(state.g.map { weighted($0, b, epsilon) } ?? b.logs).map { -epsilon * $0 }
    var g = soft.columns(weighted(f, a, epsilon)).map { -epsilon * $0 }
    if limit == 0 {
      (state.f, state.g) = (f, g)
      return false
    }
    let masses = Tensor(a.values, shape: [n], cost.dtype)
    let targets = Tensor(b.values, shape: [m], cost.dtype)
    let u = Tensor(uninitialized: [n], cost.dtype)
    let v = Tensor(uninitialized: [m], cost.dtype)
    let r = Tensor(uninitialized: [n], cost.dtype)
    let column = Tensor(uninitialized: [m], cost.dtype)
    var relaxation = Relaxation(options.acceleration)
    var converged = false
    var report = [0.0, 0.0, 0.0]
    var columnError = 0.0
    // Over-relaxed columns are not exact: below the target, plain iterations find out.
    var target = tolerance
    var checks = 0

    func anchor() {
      cost.withElements { c in
        kernel.withElements { vk_gibbs(type, n, m, c, f, g, 1 / epsilon, reach * 3, $0) }
      }
      copy(masses, to: u)
      copy(targets, to: v)
    }
    /// The potentials that the scalings stand for.
    func potentials() -> (f: [Double], g: [Double])? {
      let x = unfolded(f, u, masses, r, epsilon)
      let y = unfolded(g, v, targets, column, epsilon)
      guard let x, let y else { return nil }
      return (x, y)
    }
    anchor()
    var before = g
    for _ in 0..<limit {
      _checkpoint()
      let omega = checks > 0 ? 1 : relaxation.factor
      let columnsAreExact = columnError == 0
      call(masses, v, u, r, column) { a, v, u, r, column in
        kernel.withElements {
          vk_sinkhorn_sweep(type, n, m, $0, a, v, u, r, column, omega, &report)
        }
      }
      let rows = (error: report[0], low: report[1], high: report[2])
      var error = rows.error / a.total + columnError
      targets.withElements { b in
        column.withElements { c in
          v.withElements { vk_sinkhorn_scale(type, m, b, c, $0, omega, &report) }
        }
      }
      columnError = omega == 1 ? 0 : report[0] / b.total
      state.iterations += 1
      let low = Swift.min(rows.low, report[1])
      let high = Swift.max(rows.high, report[2])
      let isSafe = low > 0 && high < .infinity && error < .infinity
      if !isSafe {
        // Out of the type's range: this iteration in logarithms.
        g = before
        f = soft.rows(weighted(g, b, epsilon)).map { -epsilon * $0 }
        g = soft.columns(weighted(f, a, epsilon)).map { -epsilon * $0 }
        error = .infinity
        columnError = 0
        relaxation.rest()
        state.absorptions += 1
        before = g
        anchor()
        continue
      }
      state.errors.append(error)
      if error <= tolerance && columnsAreExact {
        converged = true
        break
      }
      if checks > 0 {
        // The first plain iteration makes columns exact, the second has measured what is left.
        checks -= 1
        if checks == 0 { target /= 4 }
      } else if omega != 1 && error <= target {
        checks = 2
      } else {
        relaxation.observe(error)
      }
      let exponent = Swift.max(-logarithm(low), logarithm(high))
      if exponent > reach, let now = potentials() {
        (f, g) = now
        before = g
        state.absorptions += 1
        anchor()
      }
    }
    if let now = potentials() { (f, g) = now }
    // Points without mass may have been out of the kernel's reach.
    if f.contains(where: { !(Swift.abs($0) < .infinity) }) {
      f = soft.rows(weighted(g, b, epsilon)).map { -epsilon * $0 }
    }
    if g.contains(where: { !(Swift.abs($0) < .infinity) }) {
      g = soft.columns(weighted(f, a, epsilon)).map { -epsilon * $0 }
    }
    (state.f, state.g) = (f, g)
    return converged
  }

  private func weighted(_ potential: [Double], _ masses: Masses, _ epsilon: Double) -> [Double] {
    potential.indices.map { potential[$0] / epsilon + masses.logs[$0] }
  }

  private func copy(_ from: Tensor, to: Tensor) {
    from.withElements { source in
      to.withElements {
        $0.copyMemory(from: source, byteCount: from.size * from.dtype.byteCount)
      }
    }
  }

  private func call(
    _ a: Tensor, _ v: Tensor, _ u: Tensor, _ r: Tensor, _ column: Tensor,
    _ body: (
      UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer,
      UnsafeMutableRawPointer, UnsafeMutableRawPointer
    ) -> Void
  ) {
    a.withElements { a in
      v.withElements { v in
        u.withElements { u in
          r.withElements { r in column.withElements { body(a, v, u, r, $0) } }
        }
      }
    }
  }

  /// anchor + ε·log(scaling/mass), and −ε·log(sum) where there is no mass; nil if not finite.
  private func unfolded(
    _ anchor: [Double], _ scaling: Tensor, _ masses: Tensor, _ sums: Tensor, _ epsilon: Double
  ) -> [Double]? {
    let ratios = logarithms(zip(scaling.doubles, masses.doubles).map { $0 / $1 })
    let free = logarithms(sums.doubles)
    let given = masses.doubles
    var result = anchor
    for i in anchor.indices {
      let change = given[i] > 0 ? ratios[i] : -free[i]
      if Swift.abs(change) < .infinity {
        result[i] += epsilon * change
      } else if given[i] > 0 {
        return nil
      } else {
        result[i] = .infinity
      }
    }
    return result
  }
}

func logarithm(_ x: Double) -> Double { logarithms([x])[0] }
