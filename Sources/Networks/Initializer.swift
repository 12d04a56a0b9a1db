import Tensors

/// How a parameter begins.
///
/// ```swift
/// Dense(784, 128, initializer: .heNormal, from: &generator)
/// ```
public enum Initializer: Sendable, Hashable {
  /// 0 or 1 everywhere.
  case zeros, ones
  /// One number everywhere.
  case constant(Double)
  /// Independent normal numbers.
  case normal(std: Double)
  /// Independent numbers, uniform in ±bound.
  case uniform(bound: Double)
  /// Uniform with variance 2/(in + out) (Glorot & Bengio 2010).
  case glorotUniform
  /// Normal with the variance 2/(fan-in + fan-out) (Glorot & Bengio, AISTATS 2010).
  case glorotNormal
  /// Variance 2/in, for rectified units (He et al. 2015, arXiv:1502.01852).
  case heUniform
  /// Normal with the variance 2/fan-in (arXiv:1502.01852).
  case heNormal
  /// Uniform in ±1/√in: what PyTorch's layers begin with.
  case torchUniform
  /// Orthonormal rows or columns (arXiv:1312.6120).
  case orthogonal(gain: Double)

  /// A fresh parameter; `fanIn` and `fanOut` count connections.
  public func callAsFunction(
    _ shape: [Int], fanIn: Int, fanOut: Int, dtype: DType = .float32,
    from generator: inout Generator
  ) -> Tensor {
    let (n, m) = (Double(max(1, fanIn)), Double(max(1, fanOut)))
    func uniform(_ bound: Double) -> Tensor {
      Tensor.uniform(shape, low: -bound, high: bound, dtype: dtype, from: &generator)
    }
    func normal(_ std: Double) -> Tensor {
      Tensor.normal(shape, std: std, dtype: dtype, from: &generator)
    }
    switch self {
    case .zeros: return Tensor.zeros(shape, dtype: dtype)
    case .ones: return Tensor.ones(shape, dtype: dtype)
    case .constant(let value): return Tensor.full(shape, value, dtype: dtype)
    case .normal(let std): return normal(std)
    case .uniform(let bound): return uniform(bound)
    case .glorotUniform: return uniform((6 / (n + m)).squareRoot())
    case .glorotNormal: return normal((2 / (n + m)).squareRoot())
    case .heUniform: return uniform((6 / n).squareRoot())
    case .heNormal: return normal((2 / n).squareRoot())
    case .torchUniform: return uniform((1 / n).squareRoot())
    case .orthogonal(let gain):
      let rows = shape.dropLast().reduce(1, *)
      let columns = shape.last ?? 1
      let (tall, wide) = (max(rows, columns), min(rows, columns))
      let (q, r) = qr(Tensor.normal([tall, wide], dtype: dtype, from: &generator))
      let fixed = q * sign(r.diagonal())
      return gain * (rows >= columns ? fixed : fixed.T).reshaped(shape)
    }
  }
}
