/// What a rule sees while the tape is walked back: one operation and the gradient of its result.
///
/// `give(i, …)` passes a gradient on to operand `i`; it is computed only if somebody waits for it,
/// and brought to the operand's shape and type (what broadcasting repeated is summed).
final class Step {
  @exclusivity(unchecked) var entry: Entry
  @exclusivity(unchecked) var y: Tensor
  @exclusivity(unchecked) var g: Tensor
  let level: UInt64
  private let scope: UInt64
  let start: Int
  @exclusivity(unchecked) var gradients: ContiguousArray<Tensor?>

  init(entry: Entry, gradient: Tensor, level: Int, scope: UInt64, start: Int, count: Int) {
    self.entry = entry
    y = gradient
    g = gradient
    self.level = 1 << UInt64(level)
    self.scope = scope
    self.start = start
    gradients = ContiguousArray(repeating: nil, count: count)
  }

  var a: Tensor { entry.a }
  var b: Tensor { entry.b.unsafelyUnwrapped }
  var attributes: Attributes { entry.attributes.unsafelyUnwrapped }

  @inline(__always)
  func give(_ i: Int, _ gradient: @autoclosure () -> Tensor) {
    switch i {
    case 0: if entry.maskA & level != 0 { add(gradient(), to: entry.a) }
    case 1: if entry.maskB & level != 0, let b = entry.b { add(gradient(), to: b) }
    default:
      if let rest = entry.rest, rest.masks[0] & level != 0 { add(gradient(), to: rest.tensors[0]) }
    }
  }

  /// For operations with any number of operands.
  func giveOperand(_ i: Int, _ gradient: @autoclosure () -> Tensor) {
    guard let rest = entry.rest, rest.masks[i] & level != 0 else { return }
    add(gradient(), to: rest.tensors[i])
  }

  /// The transpose of a slice, added to the elements of operand 0 where they are: thousands of
  /// slices of a long tensor would cost a tensor of its size each otherwise.
  func giveSlice() {
    guard entry.maskA & level != 0 else { return }
    let (attributes, a) = (attributes, entry.a)
    let slice = attributes.flag ? g.expandedDims(axis: attributes.axis) : g
    let slot = a.index - start
    guard slot >= 0, g.scope | (gradients[slot]?.scope ?? 0) == 0, a.dtype == a.dtype.floating,
      !NaNWatch.isOn
    else {
      add(slice.embedded(attributes.ints, attributes.more, into: a.shape), to: a)
      return
    }
    // Taken out of its slot, so that this may be the only one that looks at it.
    var total = gradients[slot] ?? a.plain.zerosLike()
    gradients[slot] = nil
    total.add(slice, at: attributes.ints, by: attributes.more)
    gradients[slot] = total
  }

  /// Σ pᵀ·q over the rows of ``vmap(_:)``, as one product, where `operand` is a matrix that they share
  /// and is differentiated outside of them.
  func productOverRows(
    _ p: @autoclosure () -> Tensor, _ q: @autoclosure () -> Tensor, to operand: Tensor
  ) -> Tensor? {
    guard y.body.isTraced, let batch = y.body.row?.batch, scope < batch.id,
      operand.ndim == 2, operand.body.row?.batch !== batch
    else { return nil }
    let (p, q) = (p(), q())
    guard p.ndim == 2, q.ndim == 2, p.body.row?.batch === batch, q.body.row?.batch === batch else {
      return nil
    }
    let depth = batch.rows * p.shape[0]
    return product(
      batch.left(p).reshaped([depth, p.shape[1]]).mT, batch.left(q).reshaped([depth, q.shape[1]]))
  }

  private func add(_ gradient: Tensor, to operand: Tensor) {
    let slot = operand.index - start
    if slot < 0 { return }
    var fitted = gradient
    if fitted.body.shape != operand.body.shape { fitted = fitted.summed(to: operand.shape) }
    if fitted.dtype != operand.dtype { fitted = fitted.cast(to: operand.dtype) }
    if fitted.body.isTraced {
      fitted = fitted.summedOverRows(from: y.body, to: operand.body, scope: scope)
    }
    if gradients[slot] == nil {
      gradients[slot] = fitted
    } else if fitted.size < Fusion.threshold && !NaNWatch.isOn {
      gradients[slot]? += fitted
    } else if let sum = gradients[slot] {
      // Long sums wait for their readers.
      gradients[slot] = sum + fitted
    }
  }
}

extension Tensor {
  /// The transpose of broadcasting: sums over what was repeated.
  func summed(to target: [Int]) -> Tensor {
    if shape == target { return self }
    let shift = ndim - target.count
    guard shift >= 0 else { return broadcast(to: target) }
    var axes = Array(0..<shift)
    for axis in 0..<target.count where target[axis] == 1 && shape[axis + shift] != 1 {
      axes.append(axis + shift)
    }
    return sum(axes: axes, keepDims: true).reshaped(target).broadcast(to: target)
  }
}

extension Tensor {
  /// Whether the columns of these matrices lie in one piece: gradients laid out alike are added to
  /// others without being turned.
  fileprivate var isTurned: Bool {
    if body.isContiguous { return false }
    let last = body.strides.count - 1
    return body.strides[last - 1] == 1 && body.strides[last] > 1
  }
}

/// A derivative rule: what each operand of an operation gets of the gradient of its result.
typealias Rule = @Sendable (Step) -> Void

/// The table of derivatives.
///
/// Each rule is written in tensor operations, so it can itself be differentiated; a test walks the
/// table and checks every entry against finite differences.
package enum Rules {
  static let table: [Rule] = Primitive.allCases.map { rule(for: $0) }

  /// Written as a switch, so that the compiler refuses a primitive without a rule.
  private static func rule(for primitive: Primitive) -> Rule {
    switch primitive {
    case .leaf: { s in s.give(0, s.g) }
    case .custom: customRule

    // y = f(a)
    case .cast: { s in s.give(0, s.g) }
    case .negate: { s in s.give(0, -s.g) }
    case .absolute: { s in s.give(0, s.g * sign(s.a)) }
    case .square: { s in s.give(0, s.g * (2 * s.a)) }
    case .squareRoot: { s in s.give(0, s.g / (2 * s.y)) }
    case .reciprocal: { s in s.give(0, -(s.g * square(s.y))) }
    case .exp: { s in s.give(0, s.g * s.y) }
    case .expm1: { s in s.give(0, s.g * (s.y + 1)) }
    case .log: { s in s.give(0, s.g / s.a) }
    case .log1p: { s in s.give(0, s.g / (1 + s.a)) }
    case .log2: { s in s.give(0, s.g / (s.a * 0.6931471805599453)) }
    case .log10: { s in s.give(0, s.g / (s.a * 2.302585092994046)) }
    case .sin: { s in s.give(0, s.g * Tensors.cos(s.a)) }
    case .cos: { s in s.give(0, -(s.g * Tensors.sin(s.a))) }
    case .tan: { s in s.give(0, s.g * (1 + Tensors.square(s.y))) }
    case .asin: { s in s.give(0, s.g / Tensors.sqrt((1 - s.a) * (1 + s.a))) }
    case .acos: { s in s.give(0, -(s.g / Tensors.sqrt((1 - s.a) * (1 + s.a)))) }
    case .atan: { s in s.give(0, s.g / (1 + Tensors.square(s.a))) }
    case .sinh: { s in s.give(0, s.g * Tensors.cosh(s.a)) }
    case .cosh: { s in s.give(0, s.g * Tensors.sinh(s.a)) }
    case .asinh: { s in s.give(0, s.g / Tensors.sqrt(Tensors.square(s.a) + 1)) }
    case .acosh: { s in s.give(0, s.g / Tensors.sqrt(Tensors.square(s.a) - 1)) }
    case .atanh: { s in s.give(0, s.g / ((1 - s.a) * (1 + s.a))) }
    case .tanh: { s in s.give(0, Tensors.tanhGradient(s.g, s.a)) }
    case .sigmoid: { s in s.give(0, Tensors.sigmoidGradient(s.g, s.y)) }
    case .softplus: { s in s.give(0, s.g * Tensors.sigmoid(s.a)) }
    case .erf: { s in s.give(0, s.g * (1.1283791670955126 * Tensors.exp(-Tensors.square(s.a)))) }
    case .erfc:
      { s in s.give(0, s.g * (-1.1283791670955126 * Tensors.exp(-Tensors.square(s.a)))) }
    case .logGamma: { s in s.give(0, s.g * Tensors.digamma(s.a)) }
    case .digamma: { s in s.give(0, s.g * Tensors.polygamma(1, s.a)) }
    case .polygamma: { s in s.give(0, s.g * Tensors.polygamma(s.attributes.axis + 1, s.a)) }
    case .relu: { s in s.give(0, Tensors.reluGradient(s.g, s.y.plain)) }

    // y = f(a, b)
    case .add:
      { s in
        s.give(0, s.g)
        s.give(1, s.g)
      }
    case .subtract:
      { s in
        s.give(0, s.g)
        s.give(1, -s.g)
      }
    case .multiply:
      { s in
        s.give(0, s.g * s.b)
        s.give(1, s.g * s.a)
      }
    case .divide:
      { s in
        s.give(0, s.g / s.b)
        s.give(1, -(s.g * s.y / s.b))
      }
    case .power: powerRule
    case .maximum:
      { s in
        s.give(0, s.g * share(s.a .> s.b, s.a .== s.b, s.g.dtype))
        s.give(1, s.g * share(s.b .> s.a, s.a .== s.b, s.g.dtype))
      }
    case .minimum:
      { s in
        s.give(0, s.g * share(s.a .< s.b, s.a .== s.b, s.g.dtype))
        s.give(1, s.g * share(s.b .< s.a, s.a .== s.b, s.g.dtype))
      }
    case .atan2:
      { s in
        // Seen from the larger of the two: squares leave the type's range long before slopes do.
        let top = Tensors.maximum(Tensors.abs(s.a.plain), Tensors.abs(s.b.plain))
        let unit = which((top .> 0) .& isFinite(top), top, 1)
        let (a, b) = (s.a / unit, s.b / unit)
        let scale = s.g / unit / (Tensors.square(a) + Tensors.square(b))
        s.give(0, scale * b)
        s.give(1, -(scale * a))
      }
    case .remainder:
      { s in
        s.give(0, s.g)
        s.give(1, -(s.g * Tensors.floor(s.a.plain / s.b.plain)))
      }
    // a/cosh²(b), a·b(1 − b) and a where b > 0
    case .tanhGradient:
      { s in
        s.give(0, Tensors.tanhGradient(s.g, s.b))
        s.give(1, Tensors.tanhGradient(s.g, s.b) * (-2 * s.a * Tensors.tanh(s.b)))
      }
    case .sigmoidGradient:
      { s in
        s.give(0, Tensors.sigmoidGradient(s.g, s.b))
        s.give(1, s.g * s.a * (1 - 2 * s.b))
      }
    case .reluGradient: { s in s.give(0, Tensors.reluGradient(s.g, s.b)) }
    case .select:
      { s in
        let mask = Tensor(s.attributes.body)
        s.give(0, which(mask, s.g, 0))
        s.give(1, which(mask, 0, s.g))
      }

    // Reductions; `ints` is the shape with the reduced axes kept as 1.
    case .sum: { s in s.give(0, s.g.reshaped(s.attributes.ints).broadcast(to: s.a.shape)) }
    case .largest:
      { s in
        let isBest = s.a .== s.y.plain.reshaped(s.attributes.ints)
        let mask = isBest.cast(to: s.g.dtype)
        let weight = mask / mask.sum(axes: s.attributes.more, keepDims: true)
        s.give(0, s.g.reshaped(s.attributes.ints) * weight)
      }
    case .cumulativeSum:
      { s in
        s.give(0, s.g.cumulativeSum(axis: s.attributes.axis, reversed: !s.attributes.flag))
      }
    case .logSumExp:
      { s in
        if let slope = exponentials(s) { return s.give(0, slope) }
        let kept = Array(s.a.shape.dropLast()) + [1]
        // A sum without any terms (all −∞) has the gradient 0.
        let isEmpty = s.y.plain .== -Double.infinity
        let top = isEmpty.body.isTraced || isEmpty.any() ? which(isEmpty, 0, s.y) : s.y
        s.give(0, s.g.reshaped(kept) * Tensors.exp(s.a - top.reshaped(kept)))
      }
    case .softmax:
      { s in
        s.give(0, s.y * (s.g - (s.g * s.y).sum(axis: -1, keepDims: true)))
      }

    // Shapes
    case .reshape: { s in s.give(0, s.g.reshaped(s.a.shape)) }
    case .transpose: { s in s.give(0, s.g.transposed(inverted(order: s.attributes.ints))) }
    case .broadcast: { s in s.give(0, s.g.summed(to: s.a.shape)) }
    case .slice: { s in s.giveSlice() }
    case .embed: { s in s.give(0, s.g.sliced(s.attributes.ints, s.attributes.more, s.a.shape)) }
    case .concatenate: concatenateRule

    // Elements by position
    case .take:
      { s in
        let rows = s.a.shape[s.attributes.axis]
        s.give(0, addedAt(s.g, s.attributes.body, s.attributes.axis, rows))
      }
    case .addAt: { s in s.give(0, taken(s.g, s.attributes.body, s.attributes.axis)) }

    // Products
    case .matmul:
      { s in
        s.give(
          0,
          s.productOverRows(s.g.mT, s.b.mT, to: s.a)
            ?? (s.a.isTurned ? product(s.b, s.g.mT).mT : product(s.g, s.b.mT)))
        s.give(
          1,
          s.productOverRows(s.a, s.g, to: s.b)
            ?? (s.b.isTurned ? product(s.g.mT, s.a).mT : product(s.a.mT, s.g)))
      }
    case .affine:
      { s in
        s.give(0, s.productOverRows(s.g.mT, s.b.mT, to: s.a) ?? product(s.g, s.b.mT))
        s.give(1, s.productOverRows(s.a, s.g, to: s.b) ?? product(s.a.mT, s.g))
        s.give(2, s.g.sum(axis: 0))
      }
    case .unfold: { s in s.give(0, folded(s.g, s.attributes.window, s.a.shape)) }
    case .fold: { s in s.give(0, unfolded(s.g, s.attributes.window)) }

    // Bilinear: the transposes of each of the three are the other two.
    case .convolve:
      { s in
        s.give(0, convolvedInput(s.g, s.b, s.attributes.window, s.a.shape))
        s.give(1, convolvedKernel(s.a, s.g, s.attributes.window))
      }
    case .convolveInput:
      { s in
        s.give(0, convolved(s.g, s.b, s.attributes.window))
        s.give(1, convolvedKernel(s.g, s.a, s.attributes.window))
      }
    case .convolveKernel:
      { s in
        s.give(0, convolvedInput(s.b, s.g, s.attributes.window, s.a.shape))
        s.give(1, convolved(s.a, s.g, s.attributes.window))
      }
    // Linear: the transpose turns the other way round.
    case .fourier: { s in s.give(0, fourier(s.g, sign: -s.attributes.axis)) }

    // Linear algebra
    case .solve: solveRule
    case .triangularSolve: triangularSolveRule
    case .cholesky: choleskyRule
    case .eigenSymmetric: eigenRule
    case .singularValues: singularRule
    case .qr: qrRule
    case .logDeterminant:
      { s in
        let kept = s.g.shape + [1, 1]
        s.give(0, s.g.reshaped(kept) * inverse(s.a).mT)
      }
    }
  }

  /// What a sum of exponentials gives back, in one pass, where no other differentiation sees it.
  private static func exponentials(_ s: Step) -> Tensor? {
    let tensors = [s.a, s.y, s.g]
    let isSeen = Tape.current.map { tape in
      tensors.contains { tape.mask(of: $0) & ~tape.excluded != 0 }
    }
    guard isSeen != true, !NaNWatch.isOn, s.a.size > 0, s.g.dtype == s.a.dtype else { return nil }
    return Tensor(scaledExponentials(s.a.body.contiguous(), s.y.body, s.g.body.contiguous()))
  }

  /// 1 where one operand wins, ½ where they are equal.
  private static func share(_ wins: Tensor, _ ties: Tensor, _ type: DType) -> Tensor {
    wins.cast(to: type) + 0.5 * ties.cast(to: type)
  }

  private static func inverted(order: [Int]) -> [Int] {
    var result = order
    for (i, axis) in order.enumerated() { result[axis] = i }
    return result
  }

  private static let powerRule: Rule = { s in
    // The exponent 0 is taken out: 0 · 0⁻¹ would be NaN.
    if s.b.size == 1 && s.b.scope == 0 && s.b.body.row == nil {
      let n = s.b.item()
      s.give(0, n == 0 ? s.g * s.a.plain.zerosLike() : s.g * (n * s.a ** (n - 1)))
    } else {
      let isZero = s.b .== 0
      s.give(0, s.g * which(isZero, 0, s.b * s.a ** (which(isZero, 1, s.b) - 1)))
    }
    let isPositive = s.a .> 0
    s.give(1, s.g * which(isPositive, s.y * log(which(isPositive, s.a, 1)), 0))
  }

  private static let concatenateRule: Rule = { s in
    var start = 0
    guard let operands = s.entry.rest?.tensors else { return }
    for (i, operand) in operands.enumerated() {
      let count = operand.shape[s.attributes.axis]
      s.giveOperand(
        i, s.g.sliced(axis: s.attributes.axis, from: start, count: count, step: 1))
      start += count
    }
  }

  private static let customRule: Rule = { s in
    guard let box = s.attributes.object as? CustomBox, let operands = s.entry.rest?.tensors else {
      return
    }
    let gradients = box.gradient(operands, s.y, s.g)
    guard gradients.count == operands.count else {
      stop("custom: \(operands.count) operands, but \(gradients.count) gradients")
    }
    for (i, gradient) in gradients.enumerated() {
      if let gradient { s.giveOperand(i, gradient) }
    }
  }
}

/// A rule made by a user.
final class CustomBox: Sendable {
  let gradient: @Sendable ([Tensor], Tensor, Tensor) -> [Tensor?]

  init(_ gradient: @escaping @Sendable ([Tensor], Tensor, Tensor) -> [Tensor?]) {
    self.gradient = gradient
  }
}

extension Attributes {
  /// Positions or a mask that belong to the operation.
  var body: Body { unsafeDowncast(object.unsafelyUnwrapped, to: Body.self) }
}
