import Display
import Tensors
internal import _CVectorKernels

/// The codes of a batch of signals; see ``sparseCodes(of:in:weight:ridge:tolerance:maximumIterations:)``.
public struct SparseCodes: SolveOutcome, Sendable {
  /// `[n, d]`.
  public var solution: Tensor
  /// Objectives, `[n]`.
  public var values: Tensor
  /// The largest violation of the optimality conditions of each row, `[n]`.
  public var errors: Tensor
  /// f(y) − f(y*) is at most this, `[n]`.
  public var gaps: Tensor
  public var iterations: [Int]
  public var status: [SolveStatus]
  public var advice: String

  public var solver: String { "coordinate descent" }
  public var history: [Double] { [errors.size == 0 ? 0 : errors.max().item()] }
  public var details: [(label: String, value: String)] {
    [("largest duality gap", shortNumber(gaps.size == 0 ? 0 : gaps.max().item()))]
  }
}

/// Sparse codes by coordinate descent on the active set: ½|x − Dy|² + α|y|₁ + ρ/2·|y|² for every row of x,
/// to a duality gap.
///
/// ```swift
/// let found = sparseCodes(of: patches, in: atoms, weight: 0.1)
/// found.solution                     // [n, d]
/// found.gaps                         // f(y) − f(y*) is at most this
/// ```
///
/// Sweeps go over the elements that are not zero until they settle, then once over all (Friedman, Hastie
/// & Tibshirani, doi:10.18637/jss.v033.i01). For many rows, correlations are kept up to date with the
/// Gram matrix DᵀD, computed once; for few, with the residual.
///
/// - Parameters:
///   - tolerance: on the duality gap, as a share of ½|x|².
///   - maximumIterations: sweeps of a row.
/// - Complexity: a sweep over k active elements costs at most k·d (many rows) or k·m (few) multiplications;
///   rows run on all cores.
/// - Returns: in double precision; iterations are sweeps.
public func sparseCodes(
  of x: Tensor, in dictionary: Tensor, weight: Double, ridge: Double = 0, tolerance: Double = 1e-6,
  maximumIterations: Int = 10_000
) -> SparseCodes {
  requireAtoms(dictionary)
  guard x.ndim == 2, x.dim(1) == dictionary.dim(0) else {
    fatalError(
      "sparseCodes: signals [n, \(dictionary.dim(0))], not shape \(x.shape), for a dictionary of shape "
        + "\(dictionary.shape)")
  }
  guard weight >= 0, ridge >= 0, weight.isFinite, ridge.isFinite else {
    fatalError("sparseCodes: weight \(weight), ridge \(ridge); they are 0 or positive")
  }
  if let row = isFinite(x).all(axis: 1).booleans.firstIndex(of: false) {
    fatalError(
      "sparseCodes: signal \(row) has what is not a finite number; signals are finite: leave the row "
        + "out, or fill it")
  }
  let lasso = Lasso(x, dictionary, weight, ridge, tolerance, maximumIterations)
  return lasso.solved()
}

/// The rows of a batch of lassos, in plain memory.
private struct Lasso: Sendable {
  let (n, m, d): (Int, Int, Int)
  let weight, ridge, tolerance: Double
  let limit: Int
  /// Signals by row, atoms by row, Dᵀx by row, squared lengths of atoms, and DᵀD if it is used.
  let signals, atoms, correlations, lengths, gram: [Double]

  init(
    _ x: Tensor, _ dictionary: Tensor, _ weight: Double, _ ridge: Double, _ tolerance: Double,
    _ limit: Int
  ) {
    let (rows, columns) = (x.cast(to: .float64), dictionary.cast(to: .float64))
    (n, m, d) = (x.dim(0), dictionary.dim(0), dictionary.dim(1))
    (self.weight, self.ridge, self.tolerance, self.limit) = (weight, ridge, tolerance, limit)
    signals = rows.doubles
    atoms = columns.T.doubles
    correlations = matmul(rows, columns).doubles
    lengths = square(columns).sum(axis: 0).doubles
    // DᵀD costs d columns of products with D; the residual's way costs that in a few sweeps.
    gram = n >= 16 || d <= m ? matmul(columns.T, columns).doubles : []
  }

  /// What is known of a row when it is done.
  private struct Answer {
    var gap = 0.0
    var value = 0.0
    var sweeps = 0
    var error = 0.0
  }

  /// What the threads share: each row has its own part of the memory.
  private struct Work {
    let lasso: Lasso
    let codes: UnsafeMutableBufferPointer<Double>
    let answers: UnsafeMutableBufferPointer<Answer>

    func solve(_ row: Int) {
      let part = (row * lasso.d)..<((row + 1) * lasso.d)
      answers[row] = lasso.solve(
        row: row, into: UnsafeMutableBufferPointer(rebasing: codes[part]))
    }
  }

  func solved() -> SparseCodes {
    var codes = [Double](repeating: 0, count: n * d)
    var answers = [Answer](repeating: Answer(), count: n)
    codes.withUnsafeMutableBufferPointer { codes in
      answers.withUnsafeMutableBufferPointer { answers in
        let work = Work(lasso: self, codes: codes, answers: answers)
        withUnsafePointer(to: work) { work in
          vk_parallel(
            vk_int(n), 1,
            { work, begin, end in
              let work = work!.assumingMemoryBound(to: Work.self).pointee
              for row in Int(begin)..<Int(end) { work.solve(row) }
            }, UnsafeMutableRawPointer(mutating: work))
        }
      }
    }
    let gaps = answers.map(\.gap)
    let status = answers.indices.map { i -> SolveStatus in
      gaps[i] <= allowed(i) ? .converged : .iterationLimit
    }
    let isDone = status.allSatisfy { $0 == .converged }
    return SparseCodes(
      solution: Tensor(codes, shape: [n, d], dtype: .float64),
      values: Tensor(answers.map(\.value), shape: [n], dtype: .float64),
      errors: Tensor(answers.map(\.error), shape: [n], dtype: .float64),
      gaps: Tensor(gaps, shape: [n], dtype: .float64), iterations: answers.map(\.sweeps),
      status: status,
      advice: isDone ? "" : "use more iterations, a larger tolerance, or a ridge")
  }

  private func squaredLength(_ i: Int) -> Double {
    var total = 0.0
    for k in (i * m)..<((i + 1) * m) { total += signals[k] * signals[k] }
    return total
  }

  private func allowed(_ i: Int) -> Double {
    // Below this, values drown in rounding.
    Swift.max(tolerance, 1e-15) * 0.5 * squaredLength(i)
  }

  private func solve(row i: Int, into y: UnsafeMutableBufferPointer<Double>) -> Answer {
    let limitGap = allowed(i)
    let usesGram = !gram.isEmpty
    // c = Dᵀ(x − Dy), or the residual x − Dy itself.
    var state = Array(
      usesGram ? correlations[(i * d)..<((i + 1) * d)] : signals[(i * m)..<((i + 1) * m)])
    var answer = Answer()
    var active: [Int] = []
    state.withUnsafeMutableBufferPointer { state in
      gram.withUnsafeBufferPointer { gram in
        atoms.withUnsafeBufferPointer { atoms in
          let columns = usesGram ? gram : atoms
          let width = usesGram ? d : m
          func visit(_ j: Int) -> Double {
            let column = UnsafeBufferPointer(rebasing: columns[(j * width)..<((j + 1) * width)])
            let c = usesGram ? state[j] : inner(column, state)
            let length = lengths[j]
            let old = y[j]
            let pull = c + length * old
            let next =
              Swift.max(Swift.abs(pull) - weight, 0) * (pull < 0 ? -1 : 1) / (length + ridge)
            if next == old { return 0 }
            let change = next - old
            for k in 0..<width { state[k] -= change * column[k] }
            y[j] = next
            return change * change * (length + ridge)
          }
          while answer.sweeps < limit {
            // Elements that are not zero, until what a sweep gains is far below the gap allowed.
            while answer.sweeps < limit {
              answer.sweeps += 1
              var gain = 0.0
              for j in active { gain += visit(j) }
              if gain <= 0.05 * limitGap { break }
            }
            answer.sweeps += 1
            for j in 0..<d { _ = visit(j) }
            active.removeAll(keepingCapacity: true)
            for j in 0..<d where y[j] != 0 { active.append(j) }
            measure(i, y, state, active, into: &answer)
            if answer.gap <= limitGap { break }
          }
        }
      }
    }
    return answer
  }

  /// Value, duality gap and the largest violation of the optimality conditions, from the residual itself.
  private func measure(
    _ i: Int, _ y: UnsafeMutableBufferPointer<Double>, _ state: UnsafeMutableBufferPointer<Double>,
    _ active: [Int], into answer: inout Answer
  ) {
    var residual = Array(signals[(i * m)..<((i + 1) * m)])
    if gram.isEmpty {
      for k in 0..<m { residual[k] = state[k] }
    } else {
      for j in active {
        let value = y[j]
        for k in 0..<m { residual[k] -= value * atoms[j * m + k] }
      }
    }
    var (length, product) = (0.0, 0.0)
    for k in 0..<m {
      length += residual[k] * residual[k]
      product += residual[k] * signals[i * m + k]
    }
    var (largest, excess, penalty) = (0.0, 0.0, 0.0)
    answer.error = 0
    residual.withUnsafeBufferPointer { residual in
      atoms.withUnsafeBufferPointer { atoms in
        for j in 0..<d {
          let c =
            gram.isEmpty
            ? inner(UnsafeBufferPointer(rebasing: atoms[(j * m)..<((j + 1) * m)]), residual)
            : state[j]
          largest = Swift.max(largest, Swift.abs(c))
          let over = Swift.max(Swift.abs(c) - weight, 0)
          excess += over * over
          penalty += weight * Swift.abs(y[j]) + 0.5 * ridge * y[j] * y[j]
          let slope = c - ridge * y[j]
          let violation = y[j] == 0 ? over : Swift.abs(slope - (y[j] < 0 ? -weight : weight))
          answer.error = Swift.max(answer.error, violation)
        }
      }
    }
    let scale = ridge > 0 ? 1 : Swift.min(1, weight / Swift.max(largest, 1e-300))
    let dual =
      scale * product - 0.5 * scale * scale * length - (ridge > 0 ? excess / (2 * ridge) : 0)
    answer.value = 0.5 * length + penalty
    answer.gap = Swift.max(answer.value - dual, 0)
  }
}

/// ⟨a, b⟩ in eight sums.
@inline(__always)
private func inner(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>) -> Double {
  inner(a.baseAddress, b.baseAddress, a.count)
}

@inline(__always)
private func inner(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeMutableBufferPointer<Double>)
  -> Double
{
  inner(a.baseAddress, UnsafePointer(b.baseAddress), a.count)
}

@inline(__always)
private func inner(_ a: UnsafePointer<Double>?, _ b: UnsafePointer<Double>?, _ count: Int) -> Double
{
  guard let a, let b else { return 0 }
  var sums = SIMD8<Double>(repeating: 0)
  var k = 0
  while k + 8 <= count {
    let u = UnsafeRawPointer(a + k).loadUnaligned(as: SIMD8<Double>.self)
    let v = UnsafeRawPointer(b + k).loadUnaligned(as: SIMD8<Double>.self)
    sums += u * v
    k += 8
  }
  var total = sums.sum()
  while k < count {
    total += a[k] * b[k]
    k += 1
  }
  return total
}
