import Testing

import Tensors

/// For every primitive, a function of one float64 tensor that goes through it, and a point.
private func check(for primitive: Primitive) -> [(Tensor, (Tensor) -> Tensor)] {
  var generator = Generator(seed: 11)
  let any = Tensor.normal([3, 4], dtype: .float64, from: &generator)
  let positive = abs(any) + 0.5
  let unit = tanh(any) * 0.8
  let row = Tensor.normal([4], dtype: .float64, from: &generator)
  let column = Tensor.normal([3, 1], dtype: .float64, from: &generator)
  let square3 = Tensor.normal([2, 3, 3], dtype: .float64, from: &generator) + 3 * Tensor.eye(3)
  let tall = Tensor.normal([4, 3], dtype: .float64, from: &generator)
  let wide = Tensor.normal([3, 4], dtype: .float64, from: &generator)
  let images = Tensor.normal([2, 4, 5, 2], dtype: .float64, from: &generator)
  let kernel = Tensor.normal([2, 3, 2, 3], dtype: .float64, from: &generator)
  func spd(_ x: Tensor) -> Tensor { matmul(x, x.mT) + Tensor.eye(3, dtype: .float64) }
  switch primitive {
  case .leaf: return [(any, { x in x })]
  case .custom:
    return [
      (
        any,
        { x in
          custom(x) {
            sin($0)
          } gradient: { x, _, g in
            g * cos(x)
          }
        }
      )
    ]
  case .cast: return [(any, { x in x.cast(to: .float64).cast(to: .float64) * x })]
  case .negate: return [(any, { -$0 })]
  case .absolute: return [(any, abs)]
  case .square: return [(any, square)]
  case .squareRoot: return [(positive, sqrt)]
  case .reciprocal: return [(positive, reciprocal)]
  case .exp: return [(any, exp)]
  case .expm1: return [(any, expm1)]
  case .log: return [(positive, log)]
  case .log1p: return [(positive, log1p)]
  case .log2: return [(positive, log2)]
  case .log10: return [(positive, log10)]
  case .sin: return [(any, sin)]
  case .cos: return [(any, cos)]
  case .tan: return [(unit, tan)]
  case .asin: return [(unit, asin)]
  case .acos: return [(unit, acos)]
  case .atan: return [(any, atan)]
  case .sinh: return [(any, sinh)]
  case .cosh: return [(any, cosh)]
  case .asinh: return [(any, asinh)]
  case .acosh: return [(positive + 1, acosh)]
  case .atanh: return [(unit, atanh)]
  case .tanh: return [(any, tanh)]
  case .sigmoid: return [(any, sigmoid)]
  case .softplus: return [(any, softplus)]
  case .erf: return [(any, erf)]
  case .erfc: return [(any, erfc)]
  case .logGamma: return [(positive, logGamma)]
  case .digamma: return [(positive, digamma)]
  case .polygamma: return [(positive, { polygamma(2, $0) }), (positive, trigamma)]
  case .relu: return [(any, relu)]
  case .add: return [(any, { $0 + row }), (row, { any + $0 }), (column, { $0 + row + $0 })]
  case .subtract: return [(any, { $0 - row }), (column, { any - $0 })]
  case .multiply: return [(any, { $0 * row }), (row, { any * $0 * $0 }), (column, { $0 * any })]
  case .divide: return [(any, { $0 / positive }), (positive, { row / $0 })]
  case .power:
    return [
      (positive, { $0 ** 2.5 }), (positive, { $0 ** row }), (row, { positive ** $0 }),
      (any, { $0 ** 4 }),
    ]
  case .maximum: return [(any, { maximum($0, row) * $0 }), (row, { maximum(any, $0 * $0) })]
  case .minimum: return [(any, { minimum($0, row) * $0 }), (row, { minimum(any, $0 * $0) })]
  case .atan2: return [(positive, { atan2($0, row) }), (positive, { atan2(row, $0) })]
  case .remainder: return [(any, { $0 % 0.7 }), (positive, { (any % $0) * $0 })]
  case .tanhGradient: return [(any, { tanhGradient($0, row) }), (any, { tanhGradient(row, $0) })]
  case .sigmoidGradient:
    return [(any, { sigmoidGradient($0, row) }), (any, { sigmoidGradient(row, $0) })]
  case .reluGradient: return [(any, { reluGradient($0 * $0, row) })]
  case .select: return [(any, { which(any .> 0, square($0), row * $0) })]
  case .sum:
    return [
      (any, { square($0).sum(axis: 0) }), (any, { square($0).sum(axis: -1, keepDims: true) }),
      (images, { square($0).sum(axes: [0, 2]) }),
    ]
  case .largest:
    return [(any, { ($0 * $0).max(axis: 0) }), (any, { $0.min(axis: 1, keepDims: true) * $0 })]
  case .cumulativeSum:
    return [(any, { square($0).cumulativeSum(axis: 1) }), (any, { $0.cumulativeSum() * $0 })]
  case .logSumExp: return [(any, { $0.logSumExp() }), (any, { $0.logSumExp(axis: 0) })]
  case .softmax: return [(any, { $0.softmax() }), (any, { $0.softmax(axis: 0) })]
  case .reshape: return [(any, { square($0).reshaped(2, -1) })]
  case .transpose: return [(any, { matmul($0.T, $0) })]
  case .broadcast: return [(column, { square($0.broadcast(to: [2, 3, 4])) })]
  case .slice:
    return [
      (any, { square($0[1..., ..<2]) }), (any, { $0[-1] * $0[0] }),
      (any, { square($0.flipped()) * $0 }),
      (any, { square($0[0..., stride(from: 0, to: 4, by: 2)]) }),
    ]
  case .embed: return [(any, { square($0.padded([(1, 0), (0, 2)])) })]
  case .concatenate: return [(any, { concatenate([$0, square($0), any], axis: 1) })]
  case .take: return [(any, { square($0[[2, 0, 2]]) }), (any, { square($0[any .> 0]) })]
  case .addAt: return [(any, { square(any.adding($0, at: Tensor([0, 2, 0]))) })]
  case .matmul:
    return [
      (any, { matmul($0, tall) }), (tall, { matmul(any, $0) }),
      (square3, { matmul($0, square3) }), (wide, { matmul(square3, $0) }),
      (square3, { matmul($0.mT, $0) }), (any, { matmul(square($0), $0.mT) }),
      (row, { matmul(any, $0 * $0) }),
    ]
  case .affine:
    return [
      (any, { square(affine($0, tall, row[..<3])) }),
      (tall, { square(affine(any, $0, row[..<3])) }),
      (row, { square(affine(any, tall, $0[..<3])) }),
    ]
  case .unfold:
    return [
      (images, { maxPool2d($0, size: 2) }), (images, { meanPool2d(square($0), size: 2) }),
    ]
  // Reached by the second derivative.
  case .fold: return [(images, { square(meanPool2d($0, size: 2, stride: 1)) })]
  case .convolve, .convolveKernel:
    return [
      (images, { square(conv2d($0, kernel, stride: 2, padding: 1)) }),
      (kernel, { square(conv2d(images, $0, padding: 1)) }),
      (kernel, { square(conv2d(images, $0, dilation: 2)) }),
      (
        images,
        { square(conv1d($0[0], kernel[0], padding: 2)) * conv1d($0[1], kernel[1], padding: 2) }
      ),
    ]
  case .convolveInput:
    let back = Tensor.normal([2, 3, 2, 3], dtype: .float64, from: &generator)
    return [
      (back, { square(convTransposed2d($0, kernel, stride: 2, padding: 1, outputPadding: 1)) }),
      (kernel, { square(convTransposed2d(back, $0)) }),
    ]
  case .fourier:
    return [
      (any, { square(rfft($0)) }), (any, { rfft(square($0), axis: 0) }),
      (images, { square(fft($0, axis: 1)) }), (images, { square(ifft($0)) * $0 }),
      (images, { square(irfft($0, count: 8)) }),
    ]
  case .solve:
    return [
      (square3, { try! solve($0, wide) }), (wide, { square(try! solve(square3, $0)) }),
      (square3, { try! inverted($0) }),
    ]
  case .triangularSolve:
    return [
      (square3, { try! triangularSolve($0, wide) }),
      (square3, { try! triangularSolve($0, wide, lower: false) }),
      (wide, { square(try! triangularSolve(square3, $0)) }),
    ]
  case .cholesky: return [(square3, { try! cholesky(spd($0)) })]
  case .eigenSymmetric:
    return [
      (square3, { try! eigenSymmetric(spd($0)).values }),
      (square3, { square(try! eigenSymmetric(spd($0)).vectors) }),
    ]
  case .singularValues:
    return [
      (tall, { try! svd($0).s }), (tall, { square(try! svd($0).u) }),
      (wide, { square(try! svd($0).v) }), (tall, { try! leastSquares($0, any.T) }),
    ]
  case .qr:
    return [(tall, { square(qr($0).q) }), (tall, { qr($0).r * qr($0).r })]
  case .logDeterminant:
    return [(square3, { logDeterminant($0).logAbsolute }), (square3, { determinant($0) })]
  }
}

/// A value that weighs the elements differently, so that wrong places show.
private func weighed(_ y: Tensor) -> Tensor {
  let weights = cos(Tensor.arange(y.size, dtype: .float64) * 0.7).reshaped(y.shape)
  return sum(y * weights)
}

@Test(arguments: Primitive.allCases)
func firstAndSecondDerivativesAgreeWithDifferences(primitive: Primitive) {
  let cases = check(for: primitive)
  #expect(!cases.isEmpty)
  for (i, (x, f)) in cases.enumerated() {
    let first = gradientCheck(at: x) { weighed(f($0)) }
    #expect(first < 2e-6, "\(primitive) case \(i), first order: \(first)")
    let second = gradientCheck(at: x) { x in
      weighed(gradient(at: x) { weighed(f($0)) })
    }
    #expect(second < 5e-5, "\(primitive) case \(i), second order: \(second)")
  }
}
