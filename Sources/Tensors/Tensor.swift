internal import _CVectorKernels

/// A multi-dimensional array of numbers, and the unit of differentiation.
///
/// ```swift
/// let x = Tensor([[1.0, 2.0], [3.0, 4.0]])
/// let y = sum(x ** 2, axis: 1)   // [5, 25]
/// ```
///
/// - Value semantics: a copy never changes when the original does. Copies, slices and transposes
///   share memory until one of them is written to.
/// - The element type is a run-time property (``dtype``), `float32` unless asked otherwise.
/// - A shape that does not fit stops the cell with both shapes and the operation's name.
/// - Inside ``gradient(at:of:)`` and its relatives, operations are noted on the thread's tape.
public struct Tensor: Sendable {
  var body: Body
  /// The outermost differentiation this value takes part in, and its place on the tape; scope 0
  /// stands for a constant.
  var scope: UInt64 = 0
  var index: Int = 0

  @inline(__always) init(_ body: Body) { self.body = body }

  @inline(__always) init(_ body: Body, scope: UInt64, index: Int) {
    self.body = body
    self.scope = scope
    self.index = index
  }

  /// The value without its history.
  @inline(__always) var plain: Tensor { Tensor(body) }
}

extension Tensor {
  /// Extents of the axes; empty for a single number.
  public var shape: [Int] { body.shape }
  /// Number of axes.
  public var ndim: Int { body.shape.count }
  /// Number of elements.
  public var size: Int { body.count }
  /// Number of elements (the same as ``size``).
  public var count: Int { body.count }

  /// The type of the elements.
  public var dtype: DType { body.dtype }

  /// Extent of one axis; negative axes count from the end.
  public func dim(_ axis: Int) -> Int { shape[checkedAxis(axis, ndim, "dim")] }

  /// The single element as a number.
  public func item() -> Double {
    guard body.count == 1 else {
      stop("item: a tensor of shape \(shape) has \(size) elements, not one")
    }
    let value = body.double(at: 0)
    return value.isNaN ? .nan : value
  }

  /// The single element as a number of the given type.
  public func item<Scalar: TensorScalar>(as type: Scalar.Type) -> Scalar {
    guard body.count == 1, !dtype.isFloating else { return Scalar(_tensorElement: item()) }
    return Scalar(_tensorInteger: body.integer(at: 0))
  }

  /// All elements in row-major order.
  public func array<Scalar: TensorScalar>(of type: Scalar.Type) -> [Scalar] {
    let source = body.contiguous()
    if type == Float.self, source.dtype == .float32 {
      let floats = withExtendedLifetime(source) {
        // NaN without the sign that processors give it, with which it would be printed.
        UnsafeBufferPointer(start: source.bound(Float.self), count: size).map {
          $0.isNaN ? .nan : $0
        }
      }
      return unsafeBitCast(floats, to: [Scalar].self)
    }
    if source.dtype.isFloating {
      return (0..<size).map { Scalar(_tensorElement: source.double(at: $0)) }
    }
    return (0..<size).map { Scalar(_tensorInteger: source.integer(at: $0)) }
  }

  /// All elements in row-major order, as `Double`.
  public var doubles: [Double] {
    let source = body.contiguous()
    // The pointers are good only while the body lives.
    return withExtendedLifetime(source) {
      switch source.dtype {
      case .float64:
        UnsafeBufferPointer(start: source.bound(Double.self), count: size).map {
          $0.isNaN ? .nan : $0
        }
      case .float32:
        UnsafeBufferPointer(start: source.bound(Float.self), count: size).map {
          $0.isNaN ? .nan : Double($0)
        }
      default: (0..<size).map { source.double(at: $0) }
      }
    }
  }

  /// All elements in row-major order, as `Float`.
  public var floats: [Float] { array(of: Float.self) }

  /// All elements in row-major order, as `Int`.
  public var integers: [Int] { array(of: Int.self) }

  /// All elements in row-major order, as `Bool`.
  public var booleans: [Bool] { array(of: Bool.self) }

  /// The elements as another type.
  ///
  /// Floats turn into integers by truncation, clamped to their range, NaN to 0; integers into
  /// smaller ones by leaving out high bits, as in NumPy; anything but 0 turns into `true`.
  public func cast(to type: DType) -> Tensor {
    if type == dtype { return self }
    let result = body.cast(to: type)
    guard type.isFloating && dtype.isFloating else { return Tensor(result) }
    return noted(.cast, result, self)
  }
}

extension Double {
  /// The single element of a tensor.
  public init(_ tensor: Tensor) { self = tensor.item() }
}

extension Float {
  /// The single element of a tensor.
  public init(_ tensor: Tensor) { self = Float(tensor.item()) }
}

extension Int {
  /// The single element of a tensor, truncated.
  public init(_ tensor: Tensor) { self = tensor.item(as: Int.self) }
}

extension Tensor: Equatable {
  /// Whether shape, type and all elements are equal.
  ///
  /// For element-wise comparison, see `.==`.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape && a.dtype == b.dtype && (a .== b).all()
  }
}

/// A tensor handed on without its history: gradients do not flow through it.
public func stopGradient(_ x: Tensor) -> Tensor { x.plain }
