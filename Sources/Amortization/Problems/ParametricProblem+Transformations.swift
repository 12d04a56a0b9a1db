import Tensors

extension ParametricProblem {
  /// With a solver's result as the ground truth.
  ///
  /// - Parameter restarts: solves this often from random starts besides the usual one and keeps
  ///   the best row by row, for objectives with several minima.
  public func solved(by solver: some Solver, restarts: Int = 0, seed: Int = 0)
    -> ParametricProblem
  {
    let unsolved = self
    var result = self
    result.solution = { x in
      let x = unsolved.prepared(x)
      var best = solver.solve(unsolved, x)
      var generator = Generator(seed: seed)
      for _ in 0..<restarts {
        let raw = Tensor.normal(
          [x.dim(0), unsolved.dimension], std: 2, dtype: unsolved.dtype, from: &generator)
        best = best.better(solver.solve(unsolved, x, from: unsolved.domain.embed(raw)))
      }
      return best.solution
    }
    return result
  }

  /// Gaussian smoothing: E f(y + σε; x), estimated with `samples` antithetic pairs.
  ///
  /// Its gradient exists where f is not differentiable and sees past narrow minima, but its
  /// minima may lie elsewhere (section 2.2.4 of arXiv:2202.00665).
  public func smoothed(deviation: Double, samples: Int = 16) -> ParametricProblem {
    let rough = self
    return replacingObjective(isStochastic: true) { y, x, noise in
      var generator = noise
      var total: Tensor?
      for _ in 0..<samples {
        let step = deviation * Tensor.normal(y.shape, dtype: y.dtype, from: &generator)
        let pair = rough(y + step, x, noise: noise) + rough(y - step, x, noise: noise)
        total = total.map { $0 + pair } ?? pair
      }
      return (total ?? y.sum(axis: -1)) / Double(2 * samples)
    }
  }

  /// The problem in the coordinates z of a decoder: f(decode(z); x) over z.
  public func decoded(
    dimension latent: Int, domain: Domain = .euclidean, by decode: @escaping (Tensor) -> Tensor
  ) -> ParametricProblem {
    let full = self
    return ParametricProblem(
      dimension: latent, contexts: contexts, domain: domain, dtype: dtype, start: nil,
      solution: nil, isStochastic: isStochastic
    ) { z, x, noise in
      full(decode(z), x, noise: noise)
    }
  }

  /// The problem without constraints: over raw numbers that the domain's map ``Domain/embed``
  /// takes into the domain. What solvers for Euclidean space, such as ``LBFGS``, can then solve.
  public var unconstrained: ParametricProblem {
    let domain = domain
    return decoded(dimension: dimension) { domain.embed($0) }
  }

  /// With λ/2·|y − center|² added: the inner problem of iMAML (arXiv:1909.04630).
  public func proximal(to center: Tensor, weight: Double) -> ParametricProblem {
    let base = self
    var result = replacingObjective { y, x, noise in
      base(y, x, noise: noise) + (0.5 * weight) * square(y - center).sum(axis: -1)
    }
    result.solution = nil
    result.fixedPointMap = nil
    return result
  }
}
