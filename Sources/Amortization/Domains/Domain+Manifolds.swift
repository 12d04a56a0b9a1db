import Tensors

extension Domain {
  /// Unit vectors, with the geodesic distance.
  public static let sphere = Domain(
    "sphere", isManifold: true,
    project: { y in
      let length = y.norm(axis: -1, keepDims: true)
      return y / which(length .> 0, length, 1)
    },
    tangent: { y, v in v - (y * v).sum(axis: -1, keepDims: true) * y },
    retract: { y, v in
      let moved = y + v
      return moved / moved.norm(axis: -1, keepDims: true)
    },
    // The half angle's tangent is accurate for near and for opposite points, where acos is not.
    distance: { a, b in 2 * atan2((a - b).norm(axis: -1), (a + b).norm(axis: -1)) },
    origin: { d, type in
      concatenate([Tensor.ones([1], dtype: type), Tensor.zeros([d - 1], dtype: type)])
    })

  /// Symmetric n × n matrices with eigenvalues of at least `floor`, as rows of n² numbers.
  ///
  /// Distances are affine-invariant, ‖log(A^{-1/2}BA^{-1/2})‖; steps are the second-order
  /// retraction y + v + ½·v·y⁻¹·v, which never leaves the positive definite matrices.
  public static func positiveDefinite(_ n: Int, floor: Double = 1e-6) -> Domain {
    guard n > 0, floor > 0 else { fatalError("Domain.positiveDefinite: \(n), floor \(floor)") }
    @Sendable func matrices(_ y: Tensor) -> Tensor { y.reshaped([-1, n, n]) }
    @Sendable func rows(_ m: Tensor) -> Tensor { m.reshaped([-1, n * n]) }
    @Sendable func symmetric(_ m: Tensor) -> Tensor { 0.5 * (m + m.mT) }
    return Domain(
      "positive definite \(n) × \(n)", dimension: n * n, isManifold: true,
      project: { rows(spectrallyClipped(symmetric(matrices($0)), floor)) },
      embed: { raw in
        let lower = matrices(raw).lowerTriangle()
        return rows(matmul(lower, lower.mT) + floor * Tensor.eye(n, dtype: raw.dtype))
      },
      tangent: { _, v in rows(symmetric(matrices(v))) },
      retract: { y, v in
        let (point, step) = (matrices(y), symmetric(matrices(v)))
        return rows(point + step + 0.5 * symmetric(matmul(step, checkedSolve(point, step))))
      },
      distance: { a, b in
        let lower = checkedCholesky(matrices(a))
        let half = checkedTriangularSolve(lower, matrices(b))
        let whitened = checkedTriangularSolve(lower, half.mT)
        let values = checkedEigenvalues(symmetric(whitened))
        return log(values).norm(axis: -1)
      },
      origin: { _, type in Tensor.eye(n, dtype: type).reshaped([n * n]) })
  }

  /// Matrices with orthonormal columns, as rows of numbers: the Stiefel manifold.
  ///
  /// The distance is that of the matrices' space.
  public static func orthogonal(_ rows: Int, _ columns: Int? = nil) -> Domain {
    let (m, n) = (rows, columns ?? rows)
    guard n > 0, m >= n else {
      fatalError("Domain.orthogonal: \(n) orthonormal columns of \(m) numbers do not exist")
    }
    @Sendable func matrices(_ y: Tensor) -> Tensor { y.reshaped([-1, m, n]) }
    @Sendable func flat(_ y: Tensor) -> Tensor { y.reshaped([-1, m * n]) }
    return Domain(
      "orthogonal \(m) × \(n)", dimension: m * n, isManifold: true,
      project: { flat(polarFactor(matrices($0))) },
      tangent: { y, v in
        let (q, direction) = (matrices(y), matrices(v))
        let inner = matmul(q.mT, direction)
        return flat(direction - matmul(q, 0.5 * (inner + inner.mT)))
      },
      origin: { _, type in Tensor.eye(m, n, dtype: type).reshaped([m * n]) })
  }
}

/// Symmetric matrices with their eigenvalues raised to `floor` at least.
///
/// The derivative is that of Daleckii and Krein, which stays finite for equal eigenvalues, where
/// the derivatives of eigenvectors do not; a second one is refused there.
private func spectrallyClipped(_ a: Tensor, _ floor: Double) -> Tensor {
  custom(a) { a in
    let (w, v) = checkedEigen(a)
    return matmul(v * maximum(w, floor).expandedDims(axis: -2), v.mT)
  } gradient: { a, _, g in
    let a = onceWhereEqual(a, checkedEigen(stopGradient(a)).0, "eigenvalues")
    let (w, v) = checkedEigen(a)
    let clipped = maximum(w, floor)
    let (row, column) = (w.expandedDims(axis: -2), w.expandedDims(axis: -1))
    let gap = column - row
    let isEqual = abs(gap) .< 1e-12
    let slope = (w .> floor).cast(to: g.dtype).expandedDims(axis: -1)
    let quotient =
      (clipped.expandedDims(axis: -1) - clipped.expandedDims(axis: -2)) / which(isEqual, 1, gap)
    let loewner = which(isEqual, slope + gap.zerosLike(), quotient)
    let inner = loewner * matmul(matmul(v.mT, 0.5 * (g + g.mT)), v)
    return matmul(matmul(v, inner), v.mT)
  }
}

/// The orthogonal factor of the polar decomposition, the nearest matrix with orthonormal columns.
///
/// The derivative divides by sums of singular values, never by their differences, as a second one would:
/// it is refused where they are equal.
func polarFactor(_ x: Tensor) -> Tensor {
  custom(x) { x in
    let (u, _, v) = checkedSVD(x)
    return matmul(u, v.mT)
  } gradient: { x, _, g in
    let x = onceWhereEqual(x, checkedSVD(stopGradient(x)).1, "singular values")
    let (u, s, v) = checkedSVD(x)
    let q = matmul(u, v.mT)
    let sums = s.expandedDims(axis: -1) + s.expandedDims(axis: -2)
    let inner = matmul(matmul(v.mT, matmul(q.mT, g)), v) / sums
    let skew = matmul(matmul(v, inner - inner.mT), v.mT)
    let inverse = matmul(v / s.expandedDims(axis: -2), v.mT)
    let outside = g - matmul(q, matmul(q.mT, g))
    return matmul(q, skew) + matmul(outside, inverse)
  }
}

/// The matrices as they are, whose gradient is refused where two of their values are so close that nothing
/// would be left of it but rounding.
private func onceWhereEqual(_ x: Tensor, _ values: Tensor, _ kind: String) -> Tensor {
  let count = values.dim(-1)
  if count < 2 { return x }
  let gap = abs(values[.ellipsis, 1...] - values[.ellipsis, ..<(count - 1)]).min(axis: -1)
  let size = abs(values).max(axis: -1)
  guard (gap .<= (x.dtype == .float64 ? 1e-6 : 1e-3) * size).any() else { return x }
  return custom(x) {
    $0
  } gradient: { _, _, _ in
    stop(
      "a projection of matrices has no second derivative here where two \(kind) are equal; where one is "
        + "needed, move them apart by a little noise")
  }
}

// Projections and distances have no way to throw; a matrix that LAPACK refuses ends the cell with
// its sentence.

private func checkedEigen(_ a: Tensor) -> (Tensor, Tensor) {
  do { return try eigenSymmetric(a) } catch { fatalError("\(error)") }
}

private func checkedEigenvalues(_ a: Tensor) -> Tensor { checkedEigen(a).0 }

private func checkedSVD(_ a: Tensor) -> (Tensor, Tensor, Tensor) {
  do { return try svd(a) } catch { fatalError("\(error)") }
}

private func checkedCholesky(_ a: Tensor) -> Tensor {
  do { return try cholesky(a) } catch { fatalError("\(error)") }
}

private func checkedTriangularSolve(_ a: Tensor, _ b: Tensor) -> Tensor {
  do { return try triangularSolve(a, b) } catch { fatalError("\(error)") }
}

func checkedSolve(_ a: Tensor, _ b: Tensor) -> Tensor {
  do { return try solve(a, b) } catch { fatalError("\(error)") }
}
