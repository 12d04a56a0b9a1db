internal import _CVectorKernels

/// The type of a tensor's elements, known at run time.
///
/// Operations on tensors of two types give the later of ``bool`` < ``int32`` < ``float32`` <
/// ``float64``; a plain number (`2 * x`) takes the type of the tensor, except that a fraction
/// turns integers into ``float32``.
public enum DType: Int32, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
  /// Single precision, the type of tensors that do not say otherwise.
  case float32 = 0

  /// Double precision.
  case float64 = 1

  /// Whole numbers of 32 bits.
  case int32 = 2

  /// Truth values.
  case bool = 3

  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int32: "int32"
    case .bool: "bool"
    }
  }

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64: 8
    case .float32, .int32: 4
    case .bool: 1
    }
  }

  /// Whether numbers have a fraction.
  public var isFloating: Bool { self == .float32 || self == .float64 }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .int32: 1
    case .float32: 2
    case .float64: 3
    }
  }

  /// Order of promotion.
  public static func < (a: DType, b: DType) -> Bool { a.rank < b.rank }

  /// The smallest float type that holds both.
  var floating: DType { isFloating ? self : .float32 }
}

/// A plain Swift number that can stand beside a tensor: `2 * x`, `x / n`, `x .< 0.5`.
public protocol TensorScalar: TensorElements {
  /// The type a tensor of such numbers gets when none is asked for.
  static var _dtype: DType { get }
  var _double: Double { get }
  init(_tensorElement value: Double)
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
  public static var _dtype: DType { .int32 }
  public var _double: Double { Double(self) }
  public init(_tensorElement value: Double) { self = Int(value) }
}

extension Int32: TensorScalar {
  public static var _dtype: DType { .int32 }
  public var _double: Double { Double(self) }
  public init(_tensorElement value: Double) { self = Int32(value) }
}

extension UInt8: TensorScalar {
  public static var _dtype: DType { .int32 }
  public var _double: Double { Double(self) }
  public init(_tensorElement value: Double) { self = UInt8(value) }
}

extension Bool: TensorScalar {
  public static var _dtype: DType { .bool }
  public var _double: Double { self ? 1 : 0 }
  public init(_tensorElement value: Double) { self = value != 0 }
}
