import Amortization
import Display
import Tensors

/// A dictionary that is learned from signals: min over unit atoms and codes of the mean of
/// ½|x − Dy|² + α|y|₁ (Mairal, Bach, Ponce & Sapiro, arXiv:0908.0050).
///
/// ```swift
/// var learning = DictionaryLearning(atoms: 128, signal: 64, weight: 0.2)
/// learning.advance(by: 50, on: .rows(patches))
/// learning.atoms                          // [64, 128]
/// ```
///
/// Each step codes a batch exactly, adds it to the sums YᵀY and XᵀY, in which old batches fade, and moves
/// every atom to its best place given the others. Atoms that no signal of many batches uses are replaced
/// by signals that are coded worst.
public struct DictionaryLearning: Sendable {
  /// D, unit columns, `[m, d]`.
  public private(set) var atoms: Tensor
  /// α.
  public let weight: Double
  /// Signals of a step.
  public let batch: Int
  /// Mean objective of each step's signals, before its atoms moved.
  public private(set) var objectives: [Double] = []
  private let seed: Int
  private var codes: Tensor
  private var products: Tensor
  private var uses: Tensor

  /// A dictionary that is not begun: the first step's signals are its first atoms.
  public init(
    atoms: Int, signal: Int, weight: Double, batch: Int = 256, seed: Int = 0
  ) {
    guard atoms > 0, signal > 0, weight > 0, batch > 0 else {
      fatalError(
        "DictionaryLearning: \(atoms) atoms of \(signal) numbers, weight \(weight), batches of \(batch); "
          + "all are positive")
    }
    var generator = Generator(seed: seed)
    let raw = Tensor.normal([signal, atoms], dtype: .float64, from: &generator)
    self.atoms = raw / raw.norm(axis: 0, keepDims: true)
    (self.weight, self.batch, self.seed) = (weight, batch, seed)
    codes = Tensor.zeros([atoms, atoms], dtype: .float64)
    products = Tensor.zeros([signal, atoms], dtype: .float64)
    uses = Tensor.zeros([atoms], dtype: .float64)
  }

  /// Goes on for some batches.
  public mutating func advance(by steps: Int, on signals: Contexts, showsProgress: Bool = true) {
    let bar = showsProgress ? ProgressBar(total: steps, label: "dictionary") : nil
    for _ in 0..<steps {
      step(signals)
      bar?.advance()
    }
  }

  private mutating func step(_ signals: Contexts) {
    let k = objectives.count
    let x = signals.sample(batch, seed: seed &* 1_000_003 &+ k).cast(to: .float64)
    guard x.ndim == 2, x.dim(1) == atoms.dim(0) else {
      fatalError("DictionaryLearning: signals [n, \(atoms.dim(0))], not shape \(x.shape)")
    }
    if k == 0 { begin(with: x) }
    let found = sparseCodes(of: x, in: atoms, weight: weight, tolerance: 1e-4)
    let y = found.solution
    let share = 1 / Double(batch)
    // The older half of all batches counts little (section 3.4.2 of the paper).
    let kept = 1 - 1 / (0.5 * Double(k) + 1)
    codes = kept * codes + share * matmul(y.T, y)
    products = kept * products + share * matmul(x.T, y)
    uses = kept * uses + (y .!= 0).cast(to: .float64).mean(axis: 0)
    objectives.append(found.values.mean().item())
    moveAtoms()
    if k % 5 == 4 { replaceUnused(x, found.values) }
  }

  /// Signals as atoms, as many as there are.
  private mutating func begin(with x: Tensor) {
    var columns = atoms.T
    for j in 0..<Swift.min(columns.dim(0), x.dim(0)) {
      let length: Double = x[j].norm().item()
      if length > 1e-10 { columns[j] = x[j] / length }
    }
    atoms = columns.T
  }

  /// One round of block-coordinate descent on ½tr(DᵀD·A) − tr(DᵀB) over unit atoms.
  private mutating func moveAtoms() {
    let (m, d) = (atoms.dim(0), atoms.dim(1))
    var columns = atoms.T.doubles
    let (a, b) = (codes.doubles, products.T.doubles)
    for j in 0..<d where a[j * d + j] > 1e-10 {
      var atom = [Double](repeating: 0, count: m)
      for k in 0..<m { atom[k] = b[j * m + k] }
      for l in 0..<d where l != j && a[l * d + j] != 0 {
        let value = a[l * d + j]
        for k in 0..<m { atom[k] -= value * columns[l * m + k] }
      }
      var length = 0.0
      for k in 0..<m { length += atom[k] * atom[k] }
      guard length > 1e-20 else { continue }
      let scale = 1 / length.squareRoot()
      for k in 0..<m { columns[j * m + k] = atom[k] * scale }
    }
    atoms = Tensor(columns, shape: [d, m], dtype: .float64).T
  }

  private mutating func replaceUnused(_ x: Tensor, _ values: Tensor) {
    let unused = uses.doubles.enumerated().filter { $0.element < 1e-5 }.map(\.offset)
    guard !unused.isEmpty else { return }
    let worst = values.argsort(descending: true).integers
    var columns = atoms.T
    for (next, j) in unused.prefix(worst.count).enumerated() {
      let signal = x[worst[next]]
      let length: Double = signal.norm().item()
      guard length > 1e-10 else { continue }
      columns[j] = signal / length
      // Its sums belong to the atom that is gone.
      codes[j] = Tensor.zeros([atoms.dim(1)], dtype: .float64)
      codes[0..., j] = Tensor.zeros([atoms.dim(1)], dtype: .float64)
      products[0..., j] = Tensor.zeros([atoms.dim(0)], dtype: .float64)
      uses[j] = Tensor(1.0, dtype: .float64)
    }
    atoms = columns.T
  }
}

/// Square patches of grey pictures without their mean, scaled to mean squared length 1; flat ones are left
/// out.
///
/// - Parameters:
///   - pictures: `[height, width]` each, of at least `size` pixels each way.
///   - count: patches in all, from random places.
/// - Shapes: `[count, size²]`, float64.
public func imagePatches(
  _ pictures: [Tensor], size: Int = 8, count: Int, from generator: inout Generator
) -> Tensor {
  guard size > 0, count > 0, !pictures.isEmpty else {
    fatalError("imagePatches: \(count) patches of \(size) pixels from \(pictures.count) pictures")
  }
  let all = pictures.map { picture -> (Int, Int, [Double]) in
    guard picture.ndim == 2, picture.dim(0) >= size, picture.dim(1) >= size else {
      fatalError(
        "imagePatches: a picture of shape \(picture.shape); [height, width] of \(size) and more")
    }
    return (picture.dim(0), picture.dim(1), picture.doubles)
  }
  var numbers: [Double] = []
  numbers.reserveCapacity(count * size * size)
  var (taken, tries) = (0, 0)
  while taken < count {
    tries += 1
    guard tries < 200 * count else {
      fatalError(
        "imagePatches: \(taken) of \(count) patches; the pictures are flat almost everywhere")
    }
    let (height, width, pixels) = all[Int.random(in: 0..<all.count, using: &generator)]
    let top = Int.random(in: 0...(height - size), using: &generator)
    let left = Int.random(in: 0...(width - size), using: &generator)
    var patch: [Double] = []
    for r in 0..<size {
      let first = (top + r) * width + left
      patch += pixels[first..<(first + size)]
    }
    let mean = patch.reduce(0, +) / Double(patch.count)
    let spread = patch.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(patch.count)
    // A hundredth of the range of brightness.
    guard spread > 1e-4 else { continue }
    numbers += patch.map { $0 - mean }
    taken += 1
  }
  let patches = Tensor(numbers, shape: [count, size * size], dtype: .float64)
  return patches / sqrt(square(patches).sum(axis: 1).mean())
}
