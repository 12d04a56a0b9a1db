/// Numbers that can be drawn: scalars, arrays of them (nested for grids), ranges, tensors.
///
/// A type of yours conforms by listing its numbers:
///
/// ```swift
/// struct Trajectory: PlotData {
///   var heights: [Double]
///   var plotValues: PlotValues { PlotValues(heights) }
/// }
/// plot(Trajectory(heights: [0, 3, 4, 3, 0]))
/// ```
public protocol PlotData {
  /// The numbers, in the order in which they are drawn, and their arrangement.
  var plotValues: PlotValues { get }
}

/// The numbers of some data with their arrangement.
public struct PlotValues: Sendable, Equatable {
  /// The elements, the last axis running fastest.
  public var elements: [Double]
  /// Sizes along the axes; `[]` for a scalar, `[rows, columns]` for a grid.
  public var shape: [Int]
  /// Set for a range: as `x` of n values it means n evenly spaced positions in it.
  var span: ClosedRange<Double>?
  /// What must be told to the reader, such as ragged rows.
  var problem: String?
  /// Whether the numbers are times in seconds since 1970, so that their axis shows dates.
  public var isTime = false
  /// Names that stand for positions along an axis; the elements then count them.
  var names: [String]?

  /// A row of numbers.
  public init(_ elements: [Double]) {
    self.elements = elements
    shape = [elements.count]
  }

  /// Numbers arranged in `shape`.
  ///
  /// A shape that does not fit them is dropped, and the figure says so.
  public init(_ elements: [Double], shape: [Int]) {
    self.init(elements)
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      count = overflow || size < 0 ? -1 : product
      if count < 0 { break }
    }
    if count == elements.count {
      self.shape = shape
    } else {
      problem = "the shape \(shape) does not hold \(elements.count) values"
    }
  }

  init(span: ClosedRange<Double>, elements: [Double]) {
    self.init(elements)
    self.span = span
  }

  /// As positions along an axis that hold `count` values.
  func positions(count: Int) -> [Double] {
    guard let span, elements.count != count else { return elements }
    return evenlySpaced(span, count: count)
  }

  /// Rows and columns, when this is a grid.
  var grid: (rows: Int, columns: Int)? {
    switch shape.count {
    case 2: (shape[0], shape[1])
    case 3 where shape[2] == 1: (shape[0], shape[1])
    case 3 where shape[0] == 1: (shape[1], shape[2])
    default: nil
    }
  }
}

/// `count` numbers from the lower to the upper bound of `range`, both included.
func evenlySpaced(_ range: ClosedRange<Double>, count: Int) -> [Double] {
  guard count > 1 else { return count == 1 ? [range.lowerBound] : [] }
  let step = (range.upperBound - range.lowerBound) / Double(count - 1)
  return (0..<count).map {
    $0 == count - 1 ? range.upperBound : range.lowerBound + Double($0) * step
  }
}

extension PlotValues: PlotData {
  public var plotValues: PlotValues { self }
}

extension Array: PlotData where Element: PlotData {
  public var plotValues: PlotValues {
    // Arrays of plain numbers are converted by loops over the concrete type: a cell's call arrives
    // here unspecialised, where each element would cost a dynamic call.
    if Element.self == Double.self { return PlotValues(unsafeBitCast(self, to: [Double].self)) }
    if let number = Element.self as? any SingleNumber.Type {
      return PlotValues(number.numbers(of: self))
    }
    guard let first else { return PlotValues([]) }
    let inner = first.plotValues.shape
    var values = PlotValues([])
    values.elements.reserveCapacity(count * inner.reduce(1, *))
    for element in self {
      let part = element.plotValues
      if part.isTime { values.isTime = true }
      if let name = part.names { values.names = (values.names ?? []) + name }
      if part.shape != inner, values.problem == nil {
        values.problem = "its rows differ in size: \(inner) and \(part.shape)"
      }
      values.problem = values.problem ?? part.problem
      values.elements += part.elements
    }
    values.shape = values.problem == nil ? [count] + inner : [values.elements.count]
    if let names = values.names {
      values.elements = names.indices.map { Double($0) }
      values.shape = [names.count]
      values.problem = nil
    }
    return values
  }
}

extension ArraySlice: PlotData where Element: PlotData {
  public var plotValues: PlotValues { Array(self).plotValues }
}

extension ContiguousArray: PlotData where Element: PlotData {
  public var plotValues: PlotValues { Array(self).plotValues }
}

/// Most numbers that a range is spelled out into.
private let rangeLimit = 1 << 24

extension ClosedRange: PlotData where Bound: PlotData {
  public var plotValues: PlotValues {
    let low = lowerBound.plotValues.elements.first ?? 0
    let high = upperBound.plotValues.elements.first ?? 0
    if Bound.self == Int.self, high - low < Double(rangeLimit) {
      let integers = unsafeBitCast(self, to: ClosedRange<Int>.self)
      return PlotValues(span: low...high, elements: integers.map { Double($0) })
    }
    guard low <= high else { return PlotValues([low, high]) }
    var values = PlotValues(span: low...high, elements: [low, high])
    values.isTime = lowerBound.plotValues.isTime
    return values
  }
}

extension Range: PlotData where Bound: PlotData {
  public var plotValues: PlotValues {
    let low = lowerBound.plotValues.elements.first ?? 0
    let high = upperBound.plotValues.elements.first ?? 0
    if Bound.self == Int.self, high - low <= Double(rangeLimit) {
      let integers = unsafeBitCast(self, to: Range<Int>.self)
      return PlotValues(integers.map { Double($0) })
    }
    return PlotValues(span: low...high, elements: [low, high])
  }
}

extension ReversedCollection: PlotData where Element: PlotData {
  public var plotValues: PlotValues { Array(self).plotValues }
}

extension Repeated: PlotData where Element: PlotData {
  public var plotValues: PlotValues { Array(self).plotValues }
}

extension StrideTo: PlotData where Element: PlotData {
  public var plotValues: PlotValues { Array(self).plotValues }
}

extension StrideThrough: PlotData where Element: PlotData {
  public var plotValues: PlotValues { Array(self).plotValues }
}
