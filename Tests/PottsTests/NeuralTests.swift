import Amortization
import Foundation
import Networks
import Potts
import Tensors
import Testing

@Suite struct NeuralTests {
  private func families(_ count: Int, sites: Int = 5, sequences: Int = 60, seed: Int = 1)
    -> (models: [PottsModel], data: [Alignment])
  {
    let models = (0..<count).map {
      randomModel(Alphabet("ACG"), sites: sites, scale: 0.6, seed: seed + $0)
    }
    let data = models.enumerated().map { k, model in
      var sampler = GibbsSampler(model, chains: sequences, seed: seed + 100 + k)
      sampler.sweep(40)
      return sampler.samples
    }
    return (models, data)
  }

  /// The operation is the model's own pseudo-likelihood, family by family, with weights and gaps; its
  /// gradient agrees with differences.
  @Test func lossOfRows() {
    var generator = Generator(seed: 2)
    let (models, _) = families(2)
    let coordinates = PottsCoordinates(alphabet: Alphabet("ACG"), numbers: Array(1...5))
    let sequences = (0..<2).map { _ in
      Alignment(
        (0..<7).map { _ in (0..<5).map { _ in UInt8(generator.next() % 4) } },
        alphabet: Alphabet("ACG")
      ).weighted(by: (0..<7).map { _ in generator.uniform() + 0.2 })
    }
    let y = concatenate(models.map { coordinates.row($0) }, axis: 0)
    let letters = Tensor(
      sequences.flatMap { $0.letters.map { Double($0) } }, shape: [2, 7, 5], dtype: .float32)
    let weights = Tensor(sequences.flatMap(\.weights), shape: [2, 7], dtype: .float32)
    let values = pseudoLoss(y, letters: letters, weights: weights, states: 3)
      .array(of: Double.self)
    for k in 0..<2 { #expect(abs(values[k] - models[k].pseudoLoss(sequences[k])) < 1e-5) }
    let slope = gradient(at: y) { y in
      (pseudoLoss(y, letters: letters, weights: weights, states: 3) * Tensor([1.0, -2.0])).sum()
    }
    for (k, factor) in [(0, 1.0), (1, -2.0)] {
      for place in [0, 7, 14, 15, 40, 104] {
        func moved(_ step: Double) -> Double {
          var model = models[k]
          if place < 15 { model.fields[place] += step } else { model.couplings[place - 15] += step }
          return model.pseudoLoss(sequences[k])
        }
        let difference = (moved(1e-4) - moved(-1e-4)) / 2e-4
        #expect(abs(factor * difference - slope[k, place].item()) < 2e-5)
      }
    }
  }

  @Test func lossOfRowsRefusesSecondDerivatives() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (letters, weights) = (Tensor.zeros([1, 2, 2]), Tensor.ones([1, 2]))
      _ = hessian(at: Tensor.zeros([1, 8])) {
        pseudoLoss($0, letters: letters, weights: weights, states: 2).sum()
      }
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("pseudoLoss: the gradient has no gradient"))
  }

  /// Factors multiply out to couplings; half of them count as negative.
  @Test func factoredCoordinates() {
    let coordinates = PottsCoordinates(
      alphabet: Alphabet("AC"), numbers: [3, 4, 9], form: .factored(rank: 3))
    #expect(coordinates.dimension == 6 + 18)
    var generator = Generator(seed: 3)
    let y = Tensor.normal([1, 24], from: &generator)
    let model = coordinates.model(y)
    let u = y[0, 6...].array(of: Double.self)
    for (i, a, j, b) in [(0, 0, 1, 1), (0, 1, 2, 0), (1, 1, 2, 1)] {
      let (p, r) = ((i * 2 + a) * 3, (j * 2 + b) * 3)
      let expected = u[p] * u[r] + u[p + 1] * u[r + 1] - u[p + 2] * u[r + 2]
      #expect(abs(model.coupling(i, a, j, b) - expected) < 1e-6)
    }
    #expect(model.fields == y[0, ..<6].array(of: Double.self))
  }

  /// What is seen and what judges are apart, and a network of pairs treats sites alike: exchanged sites
  /// give exchanged fields.
  @Test func contextsAndSharedWeights() throws {
    let (_, data) = families(2)
    let coordinates = PottsCoordinates(alphabet: Alphabet("ACG"), numbers: Array(1...5))
    let families = PottsFamilies(coordinates, scored: 20, seesPairs: true)
    let x = try families.context(data[0].sequences(0..<30), scored: data[0].sequences(30..<50))
    #expect(x.shape == [1, families.parts.width])
    let profile = families.parts(x).profile
    #expect(abs(profile.sum().item() - 5) < 1e-5)
    var generator = Generator(seed: 4)
    let network = PairNetwork(families, hidden: 8, from: &generator)
    let y = network(x).array(of: Double.self)
    #expect(y.count == coordinates.dimension)
    let swapped = Alignment(
      (0..<30).map { n in
        var row = Array(data[0][n])
        row.swapAt(0, 1)
        return row
      }, alphabet: Alphabet("ACG"))
    let other = network(try families.context(swapped, scored: data[0].sequences(30..<50)))
      .array(of: Double.self)
    // Sites 2…4 keep their fields only if pairs with 0 and 1 are treated alike.
    for k in 6..<15 { #expect(abs(y[k] - other[k]) < 1e-4) }
    #expect(throws: PottsError.self) {
      try families.context(data[0].sequences([]), scored: data[1])
    }
  }

  /// A penalty that draws to a model: infinite, it stays there; none, it is the usual optimum, whose
  /// gradient vanishes; between, the sum's gradient does.
  @Test func fitsTowardsAPrior() throws {
    let (models, data) = families(1, sequences: 80)
    let stiff = try PseudoLikelihood(
      lambdaFields: 1e7, lambdaCouplings: 1e7, tolerance: 1e-9, dtype: .float64
    ).fit(data[0], towards: models[0]).model
    #expect(zip(stiff.couplings, models[0].couplings).allSatisfy { abs($0 - $1) < 1e-4 })
    let fit = try PseudoLikelihood(
      lambdaFields: 2, lambdaCouplings: 3, maximumIterations: 300, tolerance: 1e-8, dtype: .float64
    ).fit(data[0], towards: models[0])
    let slope = fit.model.pseudoObjective(data[0], lambdaFields: 0, lambdaCouplings: 0).gradient
    for k in slope.fields.indices {
      #expect(abs(slope.fields[k] + 4 * (fit.model.fields[k] - models[0].fields[k])) < 1e-4)
    }
    for k in slope.couplings.indices {
      let pull = 6 * (fit.model.couplings[k] - models[0].couplings[k])
      #expect(abs(slope.couplings[k] + pull) < 1e-4)
    }
    #expect(throws: PottsError.self) {
      try PseudoLikelihood().fit(data[0], towards: randomModel(.dna, sites: 5, seed: 9))
    }
  }

  /// Trained on a clan whose models lie in a plane, a network beats the best of several independent
  /// fits to ten sequences of families it has not seen.
  @Test func amortizedBeatsIndependentWhereShallow() throws {
    var generator = Generator(seed: 5)
    let basis = (0..<3).map { randomModel(Alphabet("ACG"), sites: 6, scale: 0.5, seed: 50 + $0) }
    func family(_ seed: Int, _ count: Int) -> Alignment {
      var model = basis[0]
      for k in 1..<3 {
        let z = generator.normal()
        for i in model.fields.indices { model.fields[i] += z * basis[k].fields[i] }
        for i in model.couplings.indices { model.couplings[i] += z * basis[k].couplings[i] }
      }
      var sampler = GibbsSampler(model, chains: count, seed: seed)
      sampler.sweep(30)
      return sampler.samples
    }
    let clan = (0..<80).map { family($0, 120) }
    let unseen = (0..<12).map { family(1000 + $0, 400) }
    let coordinates = PottsCoordinates(alphabet: Alphabet("ACG"), numbers: Array(1...6))
    let families = PottsFamilies(coordinates, scored: 80)
    let problem = try families.problem(
      training: clan, heldOut: unseen, depths: 3...40, rows: 320, seed: 6)
    let network = Reading(
      "profile", "depth", of: families.parts,
      MLP([6 * 4 + 1, 48, coordinates.dimension], from: &generator))
    let run = train(
      FullyAmortized(network), on: problem, steps: 400,
      options: TrainingOptions(batch: 32, schedule: .cosine(from: 5e-3, to: 1e-4, steps: 400)))
    var (amortized, independent) = (0.0, [Double](repeating: 0, count: 4))
    for family in unseen {
      let (seen, fresh) = (family.sequences(0..<10), family.sequences(100..<400))
      let x = try families.context(seen, scored: fresh)
      amortized += coordinates.model(run.model(x, on: problem)).pseudoLoss(fresh)
      for (k, lambda) in [0.3, 1, 3, 10].enumerated() {
        let fit = try PseudoLikelihood(
          lambdaFields: lambda / 3, lambdaCouplings: lambda, maximumIterations: 60
        ).fit(seen)
        independent[k] += fit.model.pseudoLoss(fresh)
      }
    }
    #expect(amortized < 0.97 * independent.min()!)
  }
}
