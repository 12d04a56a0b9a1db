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
    var result = replacingObjective(isStochastic: true) { y, x, noise in
      // One batch of all rows' samples: a sample costs what a row costs.
      var generator = noise
      let (n, d) = (y.dim(0), y.dim(1))
      let steps = deviation * Tensor.normal([n, samples, d], dtype: y.dtype, from: &generator)
      let both = y.expandedDims(axis: 1) + concatenate([steps, -steps], axis: 1)
      let values = rough(
        both.reshaped([2 * n * samples, d]), x.repeated(2 * samples, axis: 0), noise: noise)
      return values.reshaped([n, 2 * samples]).mean(axis: 1)
    }
    // It has been smoothed with the rest.
    result.proximal = nil
    return result
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

  /// The problem over raw numbers that ``Domain/embed`` takes into the domain.
  ///
  /// It has no constraints, so solvers for Euclidean space, such as ``LBFGS``, can solve it.
  public var unconstrained: ParametricProblem {
    let domain = domain
    return decoded(dimension: dimension) { domain.embed($0) }
  }

  /// With λ/2·|y − center|² added: the inner problem of iMAML (arXiv:1909.04630).
  ///
  /// - Parameters:
  ///   - center: `[n, dimension]`, one for each context.
  ///   - contexts: `[n, …]`.
  /// - Returns: the problem, and its contexts, which are the given ones with their centers, so that
  ///   solvers may take rows apart.
  public func proximal(to center: Tensor, weight: Double, contexts x: Tensor) -> (
    problem: ParametricProblem, contexts: Tensor
  ) {
    guard center.shape == [x.dim(0), dimension] else {
      fatalError("proximal: centers of shape \(center.shape) for \(x.dim(0)) contexts")
    }
    let base = self
    let (shape, type) = (Array(x.shape.dropFirst()), x.dtype)
    let width = shape.reduce(1, *)
    var result = replacingObjective { y, joined, noise in
      let own = joined[0..., ..<width].reshaped([y.dim(0)] + shape).cast(to: type)
      let away = square(y - joined[0..., width...]).sum(axis: -1)
      return base(y, own, noise: noise) + (0.5 * weight) * away
    }
    result.proximal = nil
    result.start = nil
    result.solution = nil
    result.fixedPointMap = nil
    let flat = x.reshaped([x.dim(0), width]).cast(to: dtype)
    return (result, concatenate([flat, center], axis: 1))
  }
}
