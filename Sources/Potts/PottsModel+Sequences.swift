import Tensors

#if canImport(Glibc)
  import Glibc
#endif

extension PottsModel {
  /// The model of independent sites with an alignment's frequencies, with one sequence's worth of
  /// pseudocount.
  public static func independent(_ alignment: Alignment) -> PottsModel {
    let share = 1 / (1 + alignment.effectiveDepth)
    let fields = log(alignment.frequencies(pseudocount: share)).array(of: Double.self)
    var model = PottsModel(
      alphabet: alignment.alphabet, numbers: alignment.numbers, fields: fields)
    model = model.zeroSumGauge
    return model
  }

  /// Independent sites by Laplace's rule, one count more for each letter: where plmc begins.
  static func laplace(_ alignment: Alignment) -> PottsModel {
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    var counts = [Double](repeating: 1, count: sites * q)
    for n in 0..<alignment.count {
      for (i, letter) in alignment[n].enumerated() where Int(letter) < q {
        counts[i * q + Int(letter)] += alignment.weights[n]
      }
    }
    return PottsModel(
      alphabet: alignment.alphabet, numbers: alignment.numbers, fields: counts.map { log($0) }
    ).zeroSumGauge
  }

  /// The mean of −log p(xᵢ | the other sites) over an alignment's letters, weighted: in nats for a
  /// letter, lower is better.
  public func pseudoLoss(_ alignment: Alignment) -> Double {
    precondition(
      alignment.sites == sites && alignment.alphabet == alphabet,
      "an alignment of other sites or letters than the model's")
    let objective = PseudoObjective(
      alignment, lambdaFields: 0, lambdaCouplings: 0, dtype: .float64, isSymmetric: true)
    var letters = 0.0
    for k in 0..<alignment.count {
      letters +=
        alignment.weights[k]
        * Double(alignment[k].count { Int($0) < alphabet.states })
    }
    return objective.value(objective.vector(from: self), slope: nil) / letters
  }

  /// The objective of a pseudo-likelihood fit and its gradient, laid out as the model.
  public func pseudoObjective(
    _ alignment: Alignment, lambdaFields: Double, lambdaCouplings: Double
  ) -> (value: Double, gradient: PottsModel) {
    let objective = PseudoObjective(
      alignment, lambdaFields: lambdaFields, lambdaCouplings: lambdaCouplings, dtype: .float64,
      isSymmetric: true)
    let point = objective.vector(from: self)
    let slope = FlatVector(point.count, .float64)
    let value = objective.value(point, slope: slope)
    return (value, objective.model(slope))
  }
}
