import Amortization
import Tensors

/// The codes of one signal for every weight; see ``lassoPath(of:in:downTo:maximumKnots:)``.
public struct LassoPath: Sendable {
  /// α at which an atom joins or leaves, falling; the first is the smallest α whose code is zero.
  public let weights: [Double]
  /// The codes at these weights, `[knots, d]`; between two of them, codes are on a straight line.
  public let codes: Tensor
  /// Whether the path ends where it was asked to.
  public let isComplete: Bool

  /// The exact code for a weight on the path, `[d]`.
  public func code(at weight: Double) -> Tensor {
    guard let last = weights.last, weight >= last else {
      fatalError("LassoPath: the path ends at \(weights.last ?? 0), before the weight \(weight)")
    }
    guard let next = weights.firstIndex(where: { $0 <= weight }), next > 0 else { return codes[0] }
    let share = (weights[next - 1] - weight) / (weights[next - 1] - weights[next])
    return (1 - share) * codes[next - 1] + share * codes[next]
  }
}

/// All minimizers of ½|x − Dy|² + α|y|₁ for one signal, as α falls: the homotopy of the lasso (Osborne,
/// Presnell & Turlach, doi:10.1093/imanum/20.3.389; LARS with drops, doi:10.1214/009053604000000067).
///
/// ```swift
/// let path = lassoPath(of: signal, in: atoms, downTo: 0.05)
/// path.weights                       // where an atom joins or leaves
/// path.code(at: 0.1)                 // exact, without another solve
/// ```
///
/// An atom that depends linearly on those that are in use is left out: it cannot make a code better.
///
/// - Parameter weight: α at which the path ends.
/// - Shapes: `[m]`, `[m, d]`.
/// - Complexity: O(k³ + kd + md) for a knot with k atoms in use.
public func lassoPath(
  of signal: Tensor, in dictionary: Tensor, downTo weight: Double, maximumKnots: Int = 10_000
) -> LassoPath {
  requireAtoms(dictionary)
  guard signal.shape == [dictionary.dim(0)], weight >= 0, isFinite(signal).all() else {
    fatalError(
      "lassoPath: a finite signal [\(dictionary.dim(0))], not shape \(signal.shape); its last weight "
        + "\(weight) is 0 or positive")
  }
  var walk = Walk(signal.cast(to: .float64), dictionary.cast(to: .float64), weight)
  while !walk.isDone, walk.weights.count < maximumKnots { walk.step() }
  let codes = Tensor(
    walk.codes.flatMap { $0 }, shape: [walk.codes.count, dictionary.dim(1)], dtype: .float64)
  return LassoPath(weights: walk.weights, codes: codes, isComplete: walk.isDone)
}

/// The way from the zero code to smaller weights.
private struct Walk {
  let signal, atoms: Tensor
  let end: Double
  var weights: [Double]
  var codes: [[Double]]
  var isDone: Bool
  /// Atoms in use with the signs of their correlations, and what cannot join.
  private var active: [(atom: Int, sign: Double)] = []
  private var refused: Set<Int> = []

  init(_ signal: Tensor, _ atoms: Tensor, _ end: Double) {
    (self.signal, self.atoms, self.end) = (signal, atoms, end)
    let c = matmul(signal.reshaped([1, signal.size]), atoms).doubles
    let first = c.indices.max { Swift.abs(c[$0]) < Swift.abs(c[$1]) }!
    weights = [Swift.max(Swift.abs(c[first]), end)]
    codes = [[Double](repeating: 0, count: c.count)]
    isDone = Swift.abs(c[first]) <= end
    if !isDone { active = [(first, c[first] < 0 ? -1 : 1)] }
  }

  /// On to the next weight at which an atom joins or leaves, or to the end.
  mutating func step() {
    guard let pull = direction() else {
      // The atom that joined last depends on the others.
      refused.insert(active.removeLast().atom)
      return
    }
    let (d, alpha) = (atoms.dim(1), weights[weights.count - 1])
    var way = [Double](repeating: 0, count: d)
    for (k, member) in active.enumerated() { way[member.atom] = pull[k] }
    // Correlations are recomputed at each knot, so that rounding does not add up.
    let both = Tensor(codes[codes.count - 1] + way, shape: [2, d], dtype: .float64)
    let products = matmul(matmul(both, atoms.T), atoms)
    let c = (matmul(signal.reshaped([1, signal.size]), atoms)[0] - products[0]).doubles
    let fall = products[1].doubles
    let used = Set(active.map(\.atom))

    var length = alpha - end
    var joining: (atom: Int, sign: Double)?
    var leaving: Int?
    for j in 0..<d where !used.contains(j) && !refused.contains(j) {
      for sign in [1.0, -1.0] {
        // What has just left moves away from the bound, and does not come back.
        let closing = 1 - sign * fall[j]
        let reach = Swift.max(0, alpha - sign * c[j]) / closing
        if closing > 1e-12, reach < length { (length, joining) = (reach, (j, sign)) }
      }
    }
    for (k, member) in active.enumerated() {
      let (y, move) = (codes[codes.count - 1][member.atom], pull[k])
      if y * move < 0, -y / move < length { (length, joining, leaving) = (-y / move, nil, k) }
    }

    var next = codes[codes.count - 1]
    for (k, member) in active.enumerated() { next[member.atom] += length * pull[k] }
    if let leaving {
      let gone = active.remove(at: leaving).atom
      next[gone] = 0
      refused = []
    } else if let joining {
      active.append(joining)
    } else {
      isDone = true
    }
    weights.append(isDone ? end : alpha - length)
    codes.append(next)
  }

  /// How the codes in use move as the weight falls by one; `nil` if the last atom depends on the others.
  private func direction() -> [Double]? {
    let columns = atoms.take(Tensor(active.map(\.atom)), axis: 1)
    let signs = Tensor(active.map(\.sign), shape: [active.count, 1], dtype: .float64)
    guard let factor = try? cholesky(matmul(columns.T, columns)) else { return nil }
    let corner = factor[active.count - 1, active.count - 1].item() as Double
    let longest = columns[0..., active.count - 1].norm().item() as Double
    guard corner > 1e-7 * longest else { return nil }
    return (try? solve(matmul(columns.T, columns), signs))?.doubles
  }
}
