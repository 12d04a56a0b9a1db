/// Every operation that a derivative can flow through.
///
/// ``Rules`` has one entry for each.
package enum Primitive: UInt8, CaseIterable, Sendable {
  // The beginning of a history, and user-made links.
  case leaf, custom
  // Element-wise, one operand.
  case cast, negate, absolute, square, squareRoot, reciprocal, exp, expm1, log, log1p, log2, log10
  case sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, tanh, sigmoid, softplus
  case erf, erfc, logGamma, digamma, polygamma, relu
  // Element-wise, two and three operands.
  case add, subtract, multiply, divide, power, maximum, minimum, atan2, remainder
  case tanhGradient, sigmoidGradient, reluGradient, select
  // Reductions.
  case sum, largest, cumulativeSum, logSumExp, softmax
  // Shapes.
  case reshape, transpose, broadcast, slice, embed, concatenate
  // Elements by position.
  case take, addAt
  // Products.
  case matmul, affine, unfold, fold, convolve, convolveInput, convolveKernel, fourier
  // Linear algebra.
  case solve, triangularSolve, cholesky, eigenSymmetric, singularValues, qr, logDeterminant
}

/// What an operation needs to know beside its operands.
final class Attributes {
  let ints: [Int]
  let more: [Int]
  let axis: Int
  let flag: Bool
  let object: AnyObject?

  init(
    ints: [Int] = [], more: [Int] = [], axis: Int = 0, flag: Bool = false,
    object: AnyObject? = nil
  ) {
    self.ints = ints
    self.more = more
    self.axis = axis
    self.flag = flag
    self.object = object
  }
}

/// Operands that an entry has no place of its own for: the third one, or all of an operation with
/// any number of them.
final class Operands {
  let tensors: [Tensor]
  let masks: [UInt64]

  init(_ tensors: [Tensor], _ masks: [UInt64]) {
    self.tensors = tensors
    self.masks = masks
  }
}

/// One operation on the tape; small, because there may be millions of them, with few references.
struct Entry {
  var primitive: Primitive
  /// The differentiations this value depends on: bit `l` stands for level `l`.
  var mask: UInt64
  var a: Tensor
  var b: Tensor?
  /// Of operations with any number of operands `a` is the first of them again.
  var rest: Operands?
  var maskA: UInt64 = 0
  var maskB: UInt64 = 0
  var output: Body
  /// The outermost differentiation it takes part in.
  var scope: UInt64 = 0
  var attributes: Attributes?
}
