import Tensors
internal import _CVectorKernels

/// A vector in memory that is allocated once, for the optimizer.
final class FlatVector: DescentVector {
  let count: Int
  let dtype: DType
  let bytes: UnsafeMutableRawPointer

  init(_ count: Int, _ dtype: DType) {
    self.count = count
    self.dtype = dtype
    bytes = .allocate(byteCount: max(count, 1) * dtype.byteCount, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 1) * dtype.byteCount)
  }

  deinit { bytes.deallocate() }

  func offset(_ index: Int) -> UnsafeMutableRawPointer { bytes + index * dtype.byteCount }

  func pointer<Scalar>(_: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
    bytes.assumingMemoryBound(to: Scalar.self)
  }

  func empty() -> FlatVector { FlatVector(count, dtype) }

  func dot(_ other: FlatVector) -> Double { dot(other, in: 0..<count) }

  func dot(_ other: FlatVector, in range: Range<Int>) -> Double {
    return vk_potts_dot(
      dtype.rawValue, range.count, offset(range.lowerBound), other.offset(range.lowerBound))
  }

  /// The product of a part and an equally long part of another vector.
  func dot(_ range: Range<Int>, _ other: FlatVector, _ others: Range<Int>) -> Double {
    vk_potts_dot(
      dtype.rawValue, range.count, offset(range.lowerBound), other.offset(others.lowerBound))
  }

  func numbers<Scalar>(_ type: Scalar.Type) -> UnsafeMutableBufferPointer<Scalar> {
    UnsafeMutableBufferPointer(start: pointer(type), count: count)
  }

  /// self ← self + alpha · x.
  func add(_ alpha: Double, _ x: FlatVector) { add(alpha, x, in: 0..<count) }

  /// The same for a part of the numbers.
  func add(_ alpha: Double, _ x: FlatVector, in range: Range<Int>) {
    vk_potts_add(
      dtype.rawValue, range.count, alpha, x.offset(range.lowerBound), offset(range.lowerBound))
  }

  /// self ← self · x, number by number.
  func multiply(by x: FlatVector) {
    func run<Scalar: BinaryFloatingPoint>(_: Scalar.Type) {
      let (a, b) = (
        bytes.assumingMemoryBound(to: Scalar.self), x.bytes.assumingMemoryBound(to: Scalar.self)
      )
      for k in 0..<count { a[k] *= b[k] }
    }
    if dtype == .float32 { run(Float.self) } else { run(Double.self) }
  }

  func copy(_ x: FlatVector) { bytes.copyMemory(from: x.bytes, byteCount: count * dtype.byteCount) }

  subscript(_ index: Int) -> Double {
    get {
      dtype == .float32
        ? Double(bytes.load(fromByteOffset: index * 4, as: Float.self))
        : bytes.load(fromByteOffset: index * 8, as: Double.self)
    }
    set {
      if dtype == .float32 {
        bytes.storeBytes(of: Float(newValue), toByteOffset: index * 4, as: Float.self)
      } else {
        bytes.storeBytes(of: newValue, toByteOffset: index * 8, as: Double.self)
      }
    }
  }
}
