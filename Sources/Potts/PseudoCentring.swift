import Tensors

/// Other coordinates of a pseudo-likelihood: couplings count deviations of letters from their
/// frequencies, and fields take up what the frequencies add.
///
/// A site's neighbours have letters whose mean is far from zero. In the model's own coordinates
/// each coupling therefore moves its site's field too, which makes valleys as narrow as the
/// protein is long; here the Hessian at independent sites is diagonal.
final class PseudoCentring {
  private let objective: PseudoObjective
  private let sites, states: Int
  /// The share of all sequences, those with gaps included, that have each letter, [sites, states].
  private let means: [Double]
  /// Sequences' weights without those of gaps, by site.
  private let depths: [Double]

  init(_ objective: PseudoObjective) {
    self.objective = objective
    let alignment = objective.alignment
    (sites, states) = (alignment.sites, alignment.alphabet.states)
    let total = max(alignment.effectiveDepth, 1e-300)
    var present = [Double](repeating: 0, count: sites)
    for n in 0..<alignment.count {
      for (i, letter) in alignment[n].enumerated() where Int(letter) < states {
        present[i] += alignment.weights[n]
      }
    }
    depths = present
    var shares = alignment.frequencies().array(of: Double.self)
    for k in shares.indices { shares[k] *= present[k / states] / total }
    means = shares
  }

  /// Fields += sign · what mean letters of the neighbours add to them.
  func addMeans(_ sign: Double, to point: FlatVector) {
    if point.dtype == .float32 {
      addMeans(Float(sign), point.pointer(Float.self))
    } else {
      addMeans(sign, point.pointer(Double.self))
    }
  }

  /// A gradient by the model's coordinates becomes one by these.
  func centre(_ slope: FlatVector) {
    if slope.dtype == .float32 {
      centre(slope.pointer(Float.self))
    } else {
      centre(slope.pointer(Double.self))
    }
  }

  @inline(__always)
  private func addMeans<Scalar: BinaryFloatingPoint>(
    _ sign: Scalar, _ point: UnsafeMutablePointer<Scalar>
  ) {
    let q = states
    var sums = [Double](repeating: 0, count: sites * q)
    visit(point) { block, i, j, isShared in
      if isShared {
        for a in 0..<q {
          let mine = means[i * q + a]
          var sum = 0.0
          for b in 0..<q {
            let value = Double(block[a * q + b])
            sum += value * means[j * q + b]
            sums[j * q + b] += value * mine
          }
          sums[i * q + a] += sum
        }
      } else {
        for b in 0..<q {
          let other = means[j * q + b]
          for a in 0..<q { sums[i * q + a] += Double(block[b * q + a]) * other }
        }
      }
    }
    for k in sums.indices { point[k] += sign * Scalar(sums[k]) }
  }

  @inline(__always)
  private func centre<Scalar: BinaryFloatingPoint>(_ slope: UnsafeMutablePointer<Scalar>) {
    let q = states
    let shares = means.map { Scalar($0) }
    visit(slope) { block, i, j, isShared in
      if isShared {
        for a in 0..<q {
          let (field, share) = (slope[i * q + a], shares[i * q + a])
          for b in 0..<q {
            block[a * q + b] -= field * shares[j * q + b] + share * slope[j * q + b]
          }
        }
      } else {
        for b in 0..<q {
          let share = shares[j * q + b]
          for a in 0..<q { block[b * q + a] -= share * slope[i * q + a] }
        }
      }
    }
  }

  /// One over the second derivatives at independent sites.
  func inverseCurvature(lambdaFields: Double, lambdaCouplings: Double) -> FlatVector {
    let q = states
    let result = FlatVector(objective.fieldCount + objective.couplingCount, objective.dtype)
    // A pseudocount, so that letters never seen do not leap.
    let shares = objective.alignment.frequencies(
      pseudocount: 1 / (1 + objective.alignment.effectiveDepth)
    ).array(of: Double.self)
    let spread = shares.indices.map { depths[$0 / q] * shares[$0] * (1 - shares[$0]) }
    let variance = means.map { $0 * (1 - $0) }
    for k in 0..<objective.fieldCount { result[k] = 1 / (spread[k] + 2 * lambdaFields + 1e-3) }
    var at = objective.fieldCount
    visitPairs { i, j, isShared in
      for k in 0..<(q * q) {
        if isShared {
          let (a, b) = (i * q + k / q, j * q + k % q)
          let curvature = spread[a] * variance[b] + variance[a] * spread[b]
          result[at] = 1 / (curvature + 2 * lambdaCouplings + 1e-3)
        } else {
          let curvature = spread[i * q + k % q] * variance[j * q + k / q]
          result[at] = 1 / (curvature + lambdaCouplings + 1e-3)
        }
        at += 1
      }
    }
    return result
  }

  /// Blocks of couplings in the order of memory: shared, with the first site's letters as rows, or
  /// site i's own, with the other's letters as rows.
  @inline(__always)
  private func visit<Scalar>(
    _ base: UnsafeMutablePointer<Scalar>,
    _ body: (_ block: UnsafeMutablePointer<Scalar>, _ i: Int, _ j: Int, _ isShared: Bool) -> Void
  ) {
    var block = base + objective.fieldCount
    visitPairs { i, j, isShared in
      // The diagonal of own blocks is not used and stays zero.
      if i != j { body(block, i, j, isShared) }
      block += states * states
    }
  }

  @inline(__always)
  private func visitPairs(_ body: (_ i: Int, _ j: Int, _ isShared: Bool) -> Void) {
    let isShared = objective.isSymmetric
    for i in 0..<sites {
      for j in (isShared ? min(i + 1, sites) : 0)..<sites { body(i, j, isShared) }
    }
  }
}
