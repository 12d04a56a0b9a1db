import Tensors
internal import _CVectorKernels

/// The objective over one flat vector: fields, then couplings.
final class PseudoObjective {
  let alignment: Alignment
  let lambdaFields, lambdaCouplings: Double
  let dtype: DType
  let isSymmetric: Bool
  private var order, starts: [UInt16]
  private var perSite: [Double]

  init(
    _ alignment: Alignment, lambdaFields: Double, lambdaCouplings: Double, dtype: DType,
    isSymmetric: Bool
  ) {
    self.alignment = alignment
    (self.lambdaFields, self.lambdaCouplings) = (lambdaFields, lambdaCouplings)
    (self.dtype, self.isSymmetric) = (dtype, isSymmetric)
    let block = vk_potts_block()
    let blocks = (alignment.count + block - 1) / block
    order = [UInt16](repeating: 0, count: blocks * alignment.sites * block)
    starts = [UInt16](repeating: 0, count: blocks * alignment.sites * 34)
    perSite = [Double](repeating: 0, count: alignment.sites)
    vk_potts_buckets(
      alignment.count, alignment.sites, alignment.alphabet.states, alignment.letters, &order,
      &starts)
  }

  var q: Int { alignment.alphabet.states }
  var fieldCount: Int { alignment.sites * q }
  var couplingCount: Int {
    let sites = alignment.sites
    return (isSymmetric ? sites * (sites - 1) / 2 : sites * sites) * q * q
  }

  func value(_ point: FlatVector, slope: FlatVector?) -> Double {
    vk_potts_pseudo(
      dtype.rawValue, isSymmetric ? 1 : 0, alignment.count, alignment.sites, q, alignment.letters,
      order, starts, alignment.weights, point.bytes, point.offset(fieldCount), lambdaFields,
      lambdaCouplings, slope?.bytes, slope?.offset(fieldCount), &perSite)
  }

  func vector(from model: PottsModel) -> FlatVector {
    let point = FlatVector(fieldCount + couplingCount, dtype)
    for k in 0..<fieldCount { point[k] = model.fields[k] }
    if isSymmetric {
      for k in 0..<couplingCount { point[fieldCount + k] = model.couplings[k] }
    } else {
      visitPairs { pair, i, j, a, b in
        let value = model.couplings[(pair * q + a) * q + b]
        point[position(i, a, j, b)] = value
        point[position(j, b, i, a)] = value
      }
    }
    return point
  }

  func model(_ point: FlatVector) -> PottsModel {
    var model = PottsModel(alphabet: alignment.alphabet, numbers: alignment.numbers)
    for k in 0..<fieldCount { model.fields[k] = point[k] }
    if isSymmetric {
      for k in 0..<couplingCount { model.couplings[k] = point[fieldCount + k] }
    } else {
      // A site's own fit does not see what the couplings to it from the other side hold, and may
      // keep a part of its fields in its couplings: both directions are brought into one gauge
      // before they are averaged, or the averaged fields would be wrong.
      for i in 0..<alignment.sites {
        for j in 0..<alignment.sites where j != i { addCentred(point, i, j, to: &model) }
      }
    }
    return model
  }

  /// Adds half of site i's own couplings to j in the zero-sum gauge, and to its fields what they
  /// held of them.
  private func addCentred(_ point: FlatVector, _ i: Int, _ j: Int, to model: inout PottsModel) {
    var (rows, columns) = ([Double](repeating: 0, count: q), [Double](repeating: 0, count: q))
    var mean = 0.0
    for b in 0..<q {
      for a in 0..<q {
        let share = point[position(i, a, j, b)] / Double(q)
        rows[a] += share
        columns[b] += share
        mean += share / Double(q)
      }
    }
    let base = model.pair(min(i, j), max(i, j)) * q * q
    for a in 0..<q {
      model.fields[i * q + a] += rows[a] - mean
      for b in 0..<q {
        let centred = point[position(i, a, j, b)] - rows[a] - columns[b] + mean
        model.couplings[base + (i < j ? a * q + b : b * q + a)] += centred / 2
      }
    }
  }

  /// Where site i keeps its coupling of letter a to letter b at site j.
  private func position(_ i: Int, _ a: Int, _ j: Int, _ b: Int) -> Int {
    fieldCount + (((i * alignment.sites + j) * q + b) * q + a)
  }

  private func visitPairs(_ body: (_ pair: Int, _ i: Int, _ j: Int, _ a: Int, _ b: Int) -> Void) {
    var pair = 0
    for i in 0..<alignment.sites {
      for j in (i + 1)..<max(alignment.sites, i + 1) {
        for a in 0..<q { for b in 0..<q { body(pair, i, j, a, b) } }
        pair += 1
      }
    }
  }
}
