internal import _CVectorKernels

/// Numbers, arrays of numbers, arrays of arrays…: whatever ``Tensor/init(_:dtype:)`` takes.
public protocol TensorElements {
  /// The element type of a tensor of these numbers.
  static var _elementType: DType { get }
  /// Appends extents, outermost first.
  func _appendShape(_ shape: inout [Int])
  func _appendElements(_ elements: inout [Double], _ shape: ArraySlice<Int>)
  /// Whether all numbers are whole ones by their type.
  static var _isInteger: Bool { get }
  func _appendIntegers(_ elements: inout [Int], _ shape: ArraySlice<Int>)
}

extension TensorScalar {
  public static var _elementType: DType { _dtype }
  public func _appendShape(_ shape: inout [Int]) {}
  public func _appendElements(_ elements: inout [Double], _ shape: ArraySlice<Int>) {
    elements.append(_double)
  }
  public static var _isInteger: Bool { false }
  public func _appendIntegers(_ elements: inout [Int], _ shape: ArraySlice<Int>) {
    elements.append(_integer ?? wholeNumber(_double))
  }
}

extension Array: TensorElements where Element: TensorElements {
  public static var _elementType: DType { Element._elementType }
  public func _appendShape(_ shape: inout [Int]) {
    shape.append(count)
    first?._appendShape(&shape)
  }
  public func _appendElements(_ elements: inout [Double], _ shape: ArraySlice<Int>) {
    guard count == shape.first else {
      stop("Tensor: rows of different lengths, \(shape.first ?? 0) and \(count)")
    }
    for element in self { element._appendElements(&elements, shape.dropFirst()) }
  }
  public static var _isInteger: Bool { Element._isInteger }
  public func _appendIntegers(_ elements: inout [Int], _ shape: ArraySlice<Int>) {
    guard count == shape.first else {
      stop("Tensor: rows of different lengths, \(shape.first ?? 0) and \(count)")
    }
    for element in self { element._appendIntegers(&elements, shape.dropFirst()) }
  }
}

extension Tensor {
  /// A tensor of numbers written out, or of an array.
  ///
  /// ```swift
  /// Tensor(3.0)                          // shape []
  /// Tensor([[1.0, 2.0], [3.0, 4.0]])     // shape [2, 2], float32
  /// Tensor([1, 2, 3])                    // int32
  /// Tensor([0.1], dtype: .float64)
  /// ```
  public init<Elements: TensorElements>(_ elements: Elements, dtype: DType? = nil) {
    var shape: [Int] = []
    elements._appendShape(&shape)
    let type = dtype ?? Elements._elementType
    let body = Body(shape, type)
    if let floats = elements as? [Float], type == .float32 {
      floats.withUnsafeBytes {
        if let from = $0.baseAddress {
          body.data.copyMemory(from: from, byteCount: $0.count)
        }
      }
    } else if Elements._isInteger {
      var values = elements as? [Int] ?? []
      if !(elements is [Int]) {
        values.reserveCapacity(body.count)
        elements._appendIntegers(&values, shape[...])
      }
      body.fill(from: values)
    } else {
      var values = elements as? [Double] ?? []
      if !(elements is [Double]) {
        values.reserveCapacity(body.count)
        elements._appendElements(&values, shape[...])
      }
      for value in values where type.range != nil { checkFits(value, type) }
      vk_from_doubles(type, body, values)
    }
    self.init(body)
  }

  /// A tensor with the given elements in row-major order.
  public init<Scalar: TensorScalar>(_ elements: [Scalar], shape: [Int], dtype: DType? = nil) {
    guard elements.count == shape.reduce(1, *) else {
      stop("Tensor: \(elements.count) elements do not fill shape \(shape)")
    }
    self = Tensor(elements, dtype: dtype).reshaped(shape)
  }

  /// Zeros.
  public static func zeros(_ shape: [Int], dtype: DType = .float32) -> Tensor {
    Tensor(.filled(shape, dtype, 0))
  }

  /// Zeros.
  public static func zeros(_ shape: Int..., dtype: DType = .float32) -> Tensor {
    Tensor(.filled(shape, dtype, 0))
  }

  /// Ones.
  public static func ones(_ shape: [Int], dtype: DType = .float32) -> Tensor {
    Tensor(.filled(shape, dtype, 1))
  }

  /// Ones.
  public static func ones(_ shape: Int..., dtype: DType = .float32) -> Tensor {
    Tensor(.filled(shape, dtype, 1))
  }

  /// One number everywhere.
  public static func full(
    _ shape: [Int], _ value: some TensorScalar, dtype: DType = .float32
  ) -> Tensor {
    guard let whole = value._integer, dtype.isInteger else {
      return Tensor(.filled(shape, dtype, value._double))
    }
    return Tensor(.scalar(whole, dtype)).broadcast(to: shape)
  }

  /// The identity matrix, or its first `rows` rows and `columns` columns.
  public static func eye(_ rows: Int, _ columns: Int? = nil, dtype: DType = .float32) -> Tensor {
    let body = Body.filled([rows, columns ?? rows], dtype, 0)
    for i in 0..<Swift.min(rows, columns ?? rows) {
      vk_fill(dtype.rawValue, 1, body.data + i * ((columns ?? rows) + 1) * dtype.byteCount, 1)
    }
    return Tensor(body)
  }

  /// `0, 1, …, count - 1`.
  public static func arange(_ count: Int, dtype: DType = .int32) -> Tensor {
    arange(0, count, dtype: dtype)
  }

  /// `start, start + by, …`, ending before `end`; integers stay integers.
  public static func arange<Scalar: TensorScalar>(
    _ start: Scalar, _ end: Scalar, by step: Scalar? = nil, dtype: DType? = nil
  ) -> Tensor {
    let (first, last, increment) = (start._double, end._double, step?._double ?? 1)
    guard increment != 0 else { stop("arange: the step is 0") }
    let type = dtype ?? Scalar._dtype
    if let from = start._integer, let to = end._integer, let by = step == nil ? 1 : step?._integer,
      type.isInteger
    {
      // Exact, also where doubles are not.
      let numbers = Array(stride(from: from, to: to, by: by))
      let body = Body([numbers.count], type)
      body.fill(from: numbers)
      return Tensor(body)
    }
    let steps = ((last - first) / increment).rounded(.up)
    guard Swift.abs(steps) < 0x1p62 else {
      stop("arange: no count of steps of \(increment) from \(first) to \(last)")
    }
    let count = Swift.max(0, Int(steps))
    let body = Body([count], type)
    if count > 0 {
      checkFits(first, type)
      checkFits(first + Double(count - 1) * increment, type)
    }
    vk_from_doubles(type, body, (0..<count).map { first + Double($0) * increment })
    return Tensor(body)
  }

  /// `count` numbers from `start` to `end`, both included.
  public static func linspace(
    _ start: some TensorScalar, _ end: some TensorScalar, _ count: Int, dtype: DType = .float32
  ) -> Tensor {
    let (first, last) = (start._double, end._double)
    guard count >= 0 else { stop("linspace: \(count) numbers") }
    checkFits(first, dtype)
    checkFits(last, dtype)
    let step = (last - first) / Double(Swift.max(1, count - 1))
    let body = Body([count], dtype)
    vk_from_doubles(
      dtype, body,
      (0..<count).map { $0 == count - 1 && $0 > 0 ? last : first + Double($0) * step })
    return Tensor(body)
  }

  /// Zeros of the shape and type of this tensor.
  public func zerosLike() -> Tensor { Tensor(.filled(shape, dtype, 0)) }
  /// Ones of the shape and type of this tensor.
  public func onesLike() -> Tensor { Tensor(.filled(shape, dtype, 1)) }

  static func scalar(_ value: Double, _ dtype: DType) -> Tensor { Tensor(.scalar(value, dtype)) }
}

/// Coordinates of a grid, one tensor for each axis, indexed as matrices are: `[i, j]`.
public func meshgrid(_ x: Tensor, _ y: Tensor) -> (x: Tensor, y: Tensor) {
  let shape = [x.size, y.size]
  return (
    x.reshaped([x.size, 1]).broadcast(to: shape), y.reshaped([1, y.size]).broadcast(to: shape)
  )
}

extension Body {
  /// Fills a contiguous body, every number as it is or not at all.
  func fill(from values: [Int]) {
    if let range = dtype.range, let wrong = values.first(where: { !range.contains($0) }) {
      refuseNumber("\(wrong)", dtype)
    }
    values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, count > 0 else { return }
      vk_cast(dtype.rawValue, DType.int64.rawValue, count, data, base)
    }
  }
}

/// Fills a contiguous body from doubles.
func vk_from_doubles(_ type: DType, _ body: Body, _ values: [Double]) {
  values.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress, body.count > 0 else { return }
    vk_cast(type.rawValue, DType.float64.rawValue, body.count, body.data, base)
  }
}
