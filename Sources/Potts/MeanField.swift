import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Fits a Potts model in the mean-field approximation: couplings are minus the inverse of the
/// letters' covariances (doi:10.1073/pnas.1111471108).
///
/// Quick and rough.
public struct MeanField: Sendable {
  /// The share of the uniform distribution in the frequencies.
  public var pseudocount: Double

  /// A mean-field fit.
  public init(pseudocount: Double = 0.5) {
    precondition(pseudocount > 0 && pseudocount < 1, "a pseudocount lies between 0 and 1")
    self.pseudocount = pseudocount
  }

  /// The model, in the gauge in which the last letter has no fields and couplings.
  ///
  /// - Complexity: O((sites · states)³) time, O((sites · states)²) memory.
  /// - Throws: ``PottsError`` if there is nothing to fit.
  public func fit(_ alignment: Alignment) throws(PottsError) -> PottsModel {
    guard alignment.count > 0, alignment.sites > 1 else {
      throw PottsError("a fit needs a sequence of two sites at least")
    }
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    let statistics = PairStatistics(alignment, pseudocount: pseudocount)
    let size = sites * (q - 1)
    var covariance = [Double](repeating: 0, count: size * size)
    let connected = statistics.connected(sites: sites, states: q)
    var base = 0
    for i in 0..<sites {
      for a in 0..<(q - 1) {
        let f = statistics.single[i * q + a]
        for b in 0..<(q - 1) {
          let own = (a == b ? f : 0) - f * statistics.single[i * q + b]
          covariance[(i * (q - 1) + a) * size + i * (q - 1) + b] = own
        }
      }
      for j in (i + 1)..<max(sites, i + 1) {
        for a in 0..<(q - 1) {
          for b in 0..<(q - 1) {
            let (row, column) = (i * (q - 1) + a, j * (q - 1) + b)
            covariance[row * size + column] = connected[base + a * q + b]
            covariance[column * size + row] = connected[base + a * q + b]
          }
        }
        base += q * q
      }
    }
    let inverse: [Double]
    do {
      inverse = try inverted(Tensor(covariance, shape: [size, size], dtype: .float64))
        .array(of: Double.self)
    } catch { throw PottsError("the letters' covariances have no inverse: \(error)") }
    var model = PottsModel(alphabet: alignment.alphabet, numbers: alignment.numbers)
    var pair = 0
    for i in 0..<sites {
      for a in 0..<(q - 1) {
        let last = statistics.single[i * q + q - 1]
        model.fields[i * q + a] += log(statistics.single[i * q + a] / last)
      }
      for j in (i + 1)..<max(sites, i + 1) {
        for a in 0..<(q - 1) {
          for b in 0..<(q - 1) {
            let value = -inverse[(i * (q - 1) + a) * size + j * (q - 1) + b]
            model.couplings[(pair * q + a) * q + b] = value
            model.fields[i * q + a] -= value * statistics.single[j * q + b]
            model.fields[j * q + b] -= value * statistics.single[i * q + a]
          }
        }
        pair += 1
      }
    }
    return model
  }
}
