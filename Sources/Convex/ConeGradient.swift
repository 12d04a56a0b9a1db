import Tensors

/// The solutions x*(b, c) of cone programs of one shape as a function with gradients.
///
/// Each program is solved and certified by ``ConeProgram``; the gradient is that of the fixed point of
/// its embedding by the implicit function theorem. Where a cone's projection has a kink at the
/// solution it is the gradient of one side.
///
/// ```swift
/// let slope = gradient { c in (try! coneSolution(embedding, b: b, c: c)).sum() }(c)
/// ```
///
/// - Parameters:
///   - embedding: P, A and the cones.
///   - b: [B, m].
///   - c: [B, n].
/// - Returns: x [B, n], in float64.
/// - Throws: ``ConvexError`` for sizes that do not fit, and where a program is not solved.
/// - Complexity: one solve for each row; the gradient has O((n + m)³) for each.
/// - Note: the gradient has no gradient. Where solutions are not unique it does not exist, and the
///   linear system may have no solution, which stops the cell.
public func coneSolution(
  _ embedding: ConeEmbedding, b: Tensor, c: Tensor,
  options: ConeOptions = ConeOptions(absoluteTolerance: 1e-9)
) throws -> Tensor {
  let (n, m) = (embedding.variables, embedding.constraints)
  guard b.ndim == 2, b.shape[1] == m, c.shape == [b.shape[0], n] else {
    throw ConvexError(
      "b and c have shapes \(b.shape) and \(c.shape); [B, \(m)] and [B, \(n)] are needed")
  }
  let (b, c) = (b.cast(to: .float64), c.cast(to: .float64))
  let weights = embedding.weights[n...].doubles
  var (x, points) = ([Double](), [Double]())
  for k in 0..<b.shape[0] {
    let found = try embedding.program.solving(
      b: stopGradient(b[k]).doubles, c: stopGradient(c[k]).doubles
    ).solve(options)
    guard found.isSolved else { throw ConvexError("program \(k): \(found)") }
    x += found.x
    points += found.x
    // The embedding's point at a solution: w = y + s / R.
    for i in 0..<m { points.append(found.y[i] + found.s[i] / weights[i]) }
    points.append(1)
  }
  let solution = Tensor(x, shape: [b.shape[0], n], dtype: .float64)
  let raw = Tensor(points, shape: [b.shape[0], embedding.dimension], dtype: .float64)
  let v = Double(embedding.dimension).squareRoot() * raw / raw.norm(axis: -1, keepDims: true)
  let (plainB, plainC) = (stopGradient(b), stopGradient(c))
  return custom([b, c]) { _ in
    solution
  } gradient: { _, _, g in
    embedding.pullback(v, plainB, plainC, stopGradient(g))
  }
}

extension ConeEmbedding {
  /// The gradients of b and c from that of x, at fixed points v.
  fileprivate func pullback(_ v: Tensor, _ b: Tensor, _ c: Tensor, _ g: Tensor) -> [Tensor?] {
    let size = dimension
    let eye = Tensor.eye(size, dtype: .float64)
    let pulled = gradient { v in (solution(v, b: b, c: c).x * g).sum() }(v)
    let ones = Tensor.ones([size, 1], dtype: .float64)
    let adjoint = (0..<v.shape[0]).map { k -> Tensor in
      let row = k..<(k + 1)
      let (bs, cs) = (ones * b[row], ones * c[row])
      // Row i of the Jacobian is the gradient of the map's entry i.
      let jacobian = gradient { many in (self(many, b: bs, c: cs) * eye).sum() }(ones * v[row])
      do {
        return try solve((eye - jacobian).T, pulled[k].reshaped([size, 1])).reshaped([1, size])
      } catch {
        stop("coneSolution: the solution of program \(k) has no gradient: it is not unique")
      }
    }
    let lambda = concatenate(adjoint)
    func total(_ b: Tensor, _ c: Tensor) -> Tensor {
      (self(v, b: b, c: c) * lambda).sum() + (solution(v, b: b, c: c).x * g).sum()
    }
    return [gradient { total($0, c) }(b), gradient { total(b, $0) }(c)]
  }
}

extension ConeProgram {
  /// The program with other right sides and another linear term.
  fileprivate func solving(b: [Double], c: [Double]) throws -> ConeProgram {
    try ConeProgram(P: P, c: c, A: A, b: b, cones: cones)
  }
}
