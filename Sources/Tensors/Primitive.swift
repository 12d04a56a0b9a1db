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
struct Attributes {
  var ints: [Int] = []
  var more: [Int] = []
  var axis = 0
  var flag = false
  var object: AnyObject? = nil
}

/// One operation on the tape.
struct Entry {
  var primitive: Primitive
  /// The differentiations this value depends on: bit `l` stands for level `l`.
  var mask: UInt64
  var a: Tensor
  var b: Tensor?
  var c: Tensor?
  /// Operands of operations with any number of them (`a` is then the first again).
  var operands: [Tensor] = []
  var maskA: UInt64 = 0
  var maskB: UInt64 = 0
  var maskC: UInt64 = 0
  var masks: [UInt64] = []
  var output: Body
  /// The outermost differentiation it takes part in.
  var scope: UInt64 = 0
  var attributes: Attributes
}
