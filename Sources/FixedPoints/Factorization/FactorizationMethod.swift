import Tensors

/// A classical step of nonnegative matrix factorization: W and then H are moved.
public enum FactorizationMethod: Sendable, Hashable, CaseIterable {
  /// W ← W·(V·Hᵀ)/(W·H·Hᵀ), element by element (Lee & Seung 2001): never up, never out of zeros.
  case multiplicative
  /// Hierarchical alternating least squares: each component's exact minimizer in turn
  /// (doi:10.1587/transfun.E92.A.708).
  case hierarchical
  /// Alternating least squares, each by one step of ADMM (arXiv:1506.04209).
  case splitting

  /// The start and the factors after each step, for any number of matrices at once, with gradients.
  ///
  /// - Shapes: v `[…, m, n]`.
  public func iterates(
    _ v: Tensor, from start: NonnegativeFactors, steps: Int
  ) -> [NonnegativeFactors] {
    let units = FactorUnits(v, start)
    let (v, first) = (units.scaled(v), units.scaled(start))
    var (all, now, memory) = ([start], first, begin(first))
    for _ in 0..<steps {
      now = step(v, now, &memory)
      all.append(units.restored(now))
    }
    return all
  }

  /// What is carried from step to step besides the factors: the multipliers of ADMM.
  func begin(_ factors: NonnegativeFactors) -> [Tensor] {
    self == .splitting ? [factors.w.zerosLike(), factors.h.zerosLike()] : []
  }

  /// The factors after a step, for any number of matrices at once, with gradients.
  func step(_ v: Tensor, _ factors: NonnegativeFactors, _ memory: inout [Tensor])
    -> NonnegativeFactors
  {
    // W's half is H's of the transposed problem.
    let w = half(v.mT, factors.mirrored, &memory, 0).mT
    let h = half(v, NonnegativeFactors(w: w, h: factors.h), &memory, 1)
    return NonnegativeFactors(w: w, h: h)
  }

  private func half(
    _ v: Tensor, _ factors: NonnegativeFactors, _ memory: inout [Tensor], _ side: Int
  ) -> Tensor {
    let (w, h) = (factors.w, factors.h)
    let (gram, target) = (matmul(w.mT, w), matmul(w.mT, v))
    switch self {
    case .multiplicative:
      let now = matmul(gram, h)
      return h * target / which(now .> 0, now, 1)
    case .hierarchical: return Self.hierarchicalSweep(h, gram: gram, target: target)
    case .splitting:
      // The first half's multipliers are those of Wᵀ.
      let multiplier = side == 0 ? memory[0].mT : memory[1]
      let rank = Double(h.dim(-2))
      let size = gram.diagonal().sum(axis: -1).asRow.asRow / rank
      let weight = which(size .> 0, size, 1)
      let system = gram + weight * Tensor.eye(h.dim(-2), dtype: h.dtype)
      guard let free = try? solve(system, target + weight * (h + multiplier)) else { return h }
      let next = relu(free - multiplier)
      let moved = multiplier + next - free
      memory[side] = side == 0 ? moved.mT : moved
      return next
    }
  }

  /// Each row of H moved to its minimizer in turn, from WᵀW and WᵀV.
  static func hierarchicalSweep(_ h: Tensor, gram: Tensor, target: Tensor) -> Tensor {
    var rows = (0..<h.dim(-2)).map { h[.ellipsis, $0, 0...] }
    let diagonal = gram.diagonal()
    for j in rows.indices {
      let pull = matmul(gram[.ellipsis, j..<(j + 1), 0...], stack(rows, axis: -2))
      let own = diagonal[.ellipsis, j].asRow
      let move = (target[.ellipsis, j, 0...] - pull.squeezed(axis: -2)) / which(own .> 0, own, 1)
      rows[j] = relu(rows[j] + which(own .> 0, move, 0))
    }
    return stack(rows, axis: -2)
  }
}

extension Tensor {
  fileprivate var asRow: Tensor { expandedDims(axis: -1) }
}
