internal import _CVectorKernels

/// The type of a tensor's elements, known at run time.
///
/// Operations on tensors of two types give the later of ``bool`` < ``uint8`` < ``int32`` < ``int64``
/// < ``float16``, ``bfloat16`` < ``float32`` < ``float64``, and ``float32`` for one half beside the
/// other, as in JAX; a plain number (`2 * x`) takes the type of the tensor, except that a fraction
/// turns integers into ``float32``.
///
/// - Integers wrap in element-wise arithmetic, as in NumPy; their sums, running sums, products and
///   matrix products are ``int64`` and stop the cell where that does not hold them.
/// - ``float16`` and ``bfloat16`` are for storage: every operation computes in ``float32`` and rounds
///   its result. Linear algebra and Fourier transforms give ``float32`` for them.
/// - A mask has no differences, quotients, remainders or powers: cast it to ``int32`` first.
public enum DType: Int32, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
  /// Single precision, the type of tensors that do not say otherwise.
  case float32 = 0

  /// Double precision.
  case float64 = 1

  /// Whole numbers of 32 bits.
  case int32 = 2

  /// Truth values.
  case bool = 3

  /// Whole numbers of 64 bits.
  case int64 = 4

  /// Whole numbers from 0 to 255, of images and labels.
  case uint8 = 5

  /// IEEE 754 half precision: 11 significant bits, up to 65504.
  case float16 = 6
  /// The upper half of a ``float32``: 8 significant bits, its range.
  case bfloat16 = 7

  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int32: "int32"
    case .bool: "bool"
    case .int64: "int64"
    case .uint8: "uint8"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    }
  }

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .bool, .uint8: 1
    }
  }

  /// Whether numbers have a fraction.
  public var isFloating: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    case .bool, .uint8, .int32, .int64: false
    }
  }

  /// Whether elements are whole numbers; masks are not.
  public var isInteger: Bool {
    switch self {
    case .uint8, .int32, .int64: true
    case .bool, .float16, .bfloat16, .float32, .float64: false
    }
  }

  /// Whether elements are stored in 16 bits, and computed with in 32.
  var isHalf: Bool { self == .float16 || self == .bfloat16 }

  /// The numbers that an integer type holds; `nil` for others.
  var range: ClosedRange<Int>? {
    switch self {
    case .uint8: 0...255
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .int64: Int.min...Int.max
    case .bool, .float16, .bfloat16, .float32, .float64: nil
    }
  }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int32: 2
    case .int64: 3
    case .float16: 4
    case .bfloat16: 5
    case .float32: 6
    case .float64: 7
    }
  }

  /// Order of promotion.
  public static func < (a: DType, b: DType) -> Bool { a.rank < b.rank }

  /// The type of an operation on tensors of two types.
  package static func common(_ a: DType, _ b: DType) -> DType {
    a != b && a.isHalf && b.isHalf ? .float32 : max(a, b)
  }

  /// The type in which operations on real numbers are computed.
  package var floating: DType { self == .float64 ? .float64 : .float32 }
}

/// A plain Swift number that can stand beside a tensor: `2 * x`, `x / n`, `x .< 0.5`.
public protocol TensorScalar: TensorElements {
  /// The type a tensor of such numbers gets when none is asked for.
  static var _dtype: DType { get }
  var _double: Double { get }
  /// The number, where it is a whole one by its type.
  var _integer: Int? { get }
  init(_tensorElement value: Double)
  /// From an element of an integer tensor.
  init(_tensorInteger value: Int)
}

extension TensorScalar {
  public var _integer: Int? { nil }
  public init(_tensorInteger value: Int) { self.init(_tensorElement: Double(value)) }
}

extension TensorScalar where Self: FixedWidthInteger {
  public static var _isInteger: Bool { true }
  public var _double: Double { Double(self) }
  public var _integer: Int? { Int(self) }
  public init(_tensorElement value: Double) { self = wholeNumber(value) }
  public init(_tensorInteger value: Int) {
    guard let fitting = Self(exactly: value) else {
      stop("the element \(value) does not fit into \(Self.self)")
    }
    self = fitting
  }
}

/// A number without its fraction.
func wholeNumber<Whole: FixedWidthInteger>(_ value: Double) -> Whole {
  guard let whole = Whole(exactly: value.rounded(.towardZero)) else {
    stop("the element \(PlainNumber(value)) does not fit into \(Whole.self)")
  }
  return whole
}

/// A number as messages write it.
struct PlainNumber: CustomStringConvertible {
  let value: Double
  init(_ value: Double) { self.value = value }
  var description: String { value.isNaN ? "nan" : "\(value)" }
}

extension Float: TensorScalar {
  public static var _dtype: DType { .float32 }
  public var _double: Double { Double(self) }
  public init(_tensorElement value: Double) { self = Float(value) }
}

extension Double: TensorScalar {
  /// `float32`, as in PyTorch and JAX: ask for `.float64` where you want it.
  public static var _dtype: DType { .float32 }
  public var _double: Double { self }
  public init(_tensorElement value: Double) { self = value }
}

extension Int: TensorScalar {
  /// `int32`, as in JAX: ask for `.int64` where numbers do not fit.
  public static var _dtype: DType { .int32 }
}

extension Int64: TensorScalar {
  public static var _dtype: DType { .int64 }
}

extension Int32: TensorScalar {
  public static var _dtype: DType { .int32 }
}

extension UInt8: TensorScalar {
  public static var _dtype: DType { .uint8 }
}

extension Bool: TensorScalar {
  public static var _dtype: DType { .bool }
  public var _double: Double { self ? 1 : 0 }
  public init(_tensorElement value: Double) { self = value != 0 }
}
