import Tensors

/// How the fields and couplings of a Potts model are written as one row of numbers, which a network
/// can predict.
///
/// ```swift
/// PottsCoordinates(alphabet: .protein, numbers: family.numbers, form: .factored(rank: 32))
/// ```
public struct PottsCoordinates: Sendable, Hashable {
  /// What is written down of the couplings.
  public enum Form: Sendable, Hashable {
    /// All of them: L(L − 1)/2 · q² numbers.
    case full
    /// Vectors u of `rank` numbers for each site and letter, J(a, b) = ⟨u_ia, S·u_jb⟩, where S has +1
    /// for the first half of the numbers and −1 for the second: L · q · rank numbers, so that the size
    /// grows with L.
    case factored(rank: Int)
  }

  /// What the letters are.
  public let alphabet: Alphabet
  /// The residue number of each site.
  public let numbers: [Int]
  /// What is written down of the couplings.
  public let form: Form

  /// Coordinates of models with these sites and letters.
  public init(alphabet: Alphabet, numbers: [Int], form: Form = .full) {
    if case .factored(let rank) = form { precondition(rank > 0, "a rank of \(rank)") }
    (self.alphabet, self.numbers, self.form) = (alphabet, numbers, form)
  }

  /// The number of sites.
  public var sites: Int { numbers.count }
  var states: Int { alphabet.states }
  var fieldCount: Int { sites * states }
  var couplingCount: Int { sites * (sites - 1) / 2 * states * states }

  /// The length of a row.
  public var dimension: Int {
    switch form {
    case .full: fieldCount + couplingCount
    case .factored(let rank): fieldCount * (1 + rank)
    }
  }

  /// All fields and couplings, laid out as those of ``PottsModel``; differentiable.
  ///
  /// - Shapes: y `[n, dimension]` → `[n, sites · states + pairs · states²]`.
  public func parameters(_ y: Tensor) -> Tensor {
    precondition(y.dim(-1) == dimension, "rows of \(y.dim(-1)) numbers, not \(dimension)")
    guard case .factored(let rank) = form else { return y }
    let n = y.dim(0)
    let u = y[0..., fieldCount...].reshaped(n, fieldCount, rank)
    let signs = Tensor((0..<rank).map { $0 < (rank + 1) / 2 ? 1.0 : -1.0 }, dtype: y.dtype)
    let all = matmul(u * signs, u.mT).reshaped(n, fieldCount * fieldCount)
    return concatenate([y[0..., ..<fieldCount], all.take(pairPositions, axis: 1)], axis: 1)
  }

  /// Where the couplings of pairs i < j stand in a matrix `[sites · states, sites · states]`.
  private var pairPositions: Tensor {
    let q = states
    var positions: [Int] = []
    positions.reserveCapacity(couplingCount)
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        for a in 0..<q { for b in 0..<q { positions.append((i * q + a) * fieldCount + j * q + b) } }
      }
    }
    return Tensor(positions)
  }

  /// The model of one row, `[dimension]` or `[1, dimension]`.
  public func model(_ row: Tensor) -> PottsModel {
    let values = parameters(row.reshaped(1, dimension)).array(of: Double.self)
    return PottsModel(
      alphabet: alphabet, numbers: numbers, fields: Array(values[..<fieldCount]),
      couplings: Array(values[fieldCount...]))
  }

  /// The row of a model in full form, `[1, dimension]`.
  public func row(_ model: PottsModel) -> Tensor {
    precondition(form == .full, "only the full form holds any model")
    return Tensor(model.fields + model.couplings, shape: [1, dimension], dtype: .float32)
  }
}
