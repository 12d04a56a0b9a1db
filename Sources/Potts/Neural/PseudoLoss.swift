import Tensors
internal import _CVectorKernels

/// The mean of −log p(xᵢ | the other sites) over the letters of each row's own sequences, under
/// each row's own model; differentiable with respect to the parameters once, a second time it is refused.
///
/// Letters beyond the states are missing. Computed by the kernel of ``PseudoLikelihood``, without
/// one-hot arrays, in 32-bit numbers.
///
/// - Shapes: parameters `[n, sites · states + pairs · states²]` as
///   ``PottsCoordinates/parameters(_:)`` gives them, letters `[n, count, sites]`, weights
///   `[n, count]` → `[n]`.
public func pseudoLoss(
  _ parameters: Tensor, letters: Tensor, weights: Tensor, states: Int
) -> Tensor {
  let rows = FamilyRows(letters, weights, states: states)
  precondition(
    parameters.shape == [rows.n, rows.width],
    "parameters of shape \(parameters.shape) for letters of shape \(letters.shape)")
  return custom(parameters) { parameters in
    rows.evaluate(parameters, slopes: false)
  } gradient: { parameters, _, g in
    // Made without a record of how: a second gradient would be zero.
    let slopes = custom(parameters) { parameters in
      rows.evaluate(parameters, slopes: true)
    } gradient: { _, _, _ in
      fatalError("pseudoLoss: the gradient has no gradient")
    }
    return g.expandedDims(axis: 1).cast(to: .float32) * slopes
  }
}

/// Sequences of several families, ready for the kernel.
private struct FamilyRows: Sendable {
  let n, count, sites, states: Int
  let letters: [UInt8]
  let weights: [Double]
  let totals: [Double]
  let order, starts: [[UInt16]]

  var width: Int { sites * states + sites * (sites - 1) / 2 * states * states }

  init(_ x: Tensor, _ w: Tensor, states: Int) {
    precondition(x.ndim == 3 && w.shape == Array(x.shape.prefix(2)), "letters and weights of rows")
    (n, count, sites, self.states) = (x.dim(0), x.dim(1), x.dim(2), states)
    letters = x.array(of: Float.self).map { UInt8(min(max($0, 0), 255)) }
    weights = w.array(of: Double.self)
    let block = vk_potts_block()
    let blocks = (count + block - 1) / block
    var (orders, allStarts, totals) = ([[UInt16]](), [[UInt16]](), [Double]())
    for k in 0..<n {
      let own = Array(letters[(k * count * sites)..<((k + 1) * count * sites)])
      var order = [UInt16](repeating: 0, count: blocks * sites * block)
      var starts = [UInt16](repeating: 0, count: blocks * sites * 34)
      vk_potts_buckets(count, sites, states, own.map { min($0, UInt8(states)) }, &order, &starts)
      orders.append(order)
      allStarts.append(starts)
      var total = 0.0
      for s in 0..<count {
        let present = own[(s * sites)..<((s + 1) * sites)].count { Int($0) < states }
        total += weights[k * count + s] * Double(present)
      }
      totals.append(max(total, 1e-30))
    }
    (order, starts, self.totals) = (orders, allStarts, totals)
  }

  /// Values `[n]`, or gradients `[n, width]`.
  func evaluate(_ parameters: Tensor, slopes: Bool) -> Tensor {
    let point = parameters.array(of: Float.self)
    var values: [Float] = []
    var gradients = [Float](repeating: 0, count: slopes ? n * width : 0)
    var perSite = [Double](repeating: 0, count: sites)
    let fields = sites * states
    for k in 0..<n {
      let own = letters[(k * count * sites)..<((k + 1) * count * sites)]
        .map { min($0, UInt8(states)) }
      let value = point.withUnsafeBufferPointer { p in
        gradients.withUnsafeMutableBufferPointer { g in
          guard let base = p.baseAddress else { return 0.0 }
          let row = base + k * width
          let out = slopes ? g.baseAddress.map { $0 + k * width } : nil
          return vk_potts_pseudo(
            DType.float32.rawValue, 1, count, sites, states, own, order[k], starts[k],
            Array(weights[(k * count)..<((k + 1) * count)]), row, row + fields, 0, 0, out,
            out.map { $0 + fields }, &perSite)
        }
      }
      values.append(Float(value / totals[k]))
      if slopes {
        let scale = Float(1 / totals[k])
        for i in (k * width)..<((k + 1) * width) { gradients[i] *= scale }
      }
    }
    return slopes ? Tensor(gradients, shape: [n, width]) : Tensor(values)
  }
}
