internal import _CVectorKernels
import Tensors

/// Element-wise functions of arrays of doubles, with the runtime's vector kernels.
func mapped(_ operation: vk_unary, _ x: [Double]) -> [Double] {
  [Double](unsafeUninitializedCapacity: x.count) { out, count in
    count = x.count
    if count == 0 { return }
    vk_unary_flat(
      Int32(operation.rawValue), DType.float64.rawValue, count, out.baseAddress, x)
  }
}

func exponentials(_ x: [Double]) -> [Double] { mapped(VK_EXP, x) }
func logarithms(_ x: [Double]) -> [Double] { mapped(VK_LOG, x) }

func added(_ x: [Double], _ y: [Double]) -> [Double] { combined(VK_ADD, x, y) }
func multiplied(_ x: [Double], _ y: [Double]) -> [Double] { combined(VK_MUL, x, y) }

private func combined(_ operation: vk_binary, _ x: [Double], _ y: [Double]) -> [Double] {
  [Double](unsafeUninitializedCapacity: x.count) { out, count in
    count = x.count
    if count == 0 { return }
    vk_binary_flat(
      Int32(operation.rawValue), DType.float64.rawValue, count, out.baseAddress, x, 1, y, 1)
  }
}

func inner(_ x: [Double], _ y: [Double]) -> Double {
  vk_dot(DType.float64.rawValue, x.count, x, y)
}

/// Σ x·y where a mass of 0 hides an infinite potential.
func expectation(_ masses: [Double], _ values: [Double]) -> Double {
  var sum = 0.0
  for i in masses.indices where masses[i] > 0 { sum += masses[i] * values[i] }
  return sum
}

extension Tensor {
  /// A vector of doubles.
  init(doubles: [Double]) {
    self.init(doubles, shape: [doubles.count], .float64)
  }

  init(_ doubles: [Double], shape: [Int], _ dtype: DType) {
    self.init(uninitialized: shape, dtype)
    if doubles.isEmpty { return }
    withElements {
      vk_cast(dtype.rawValue, DType.float64.rawValue, doubles.count, $0, doubles)
    }
  }
}
