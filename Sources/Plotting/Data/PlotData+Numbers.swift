// Single numbers of every kind; arrays of them are data by being arrays of data.

/// A number that stands for itself.
protocol SingleNumber: PlotData {
  var number: Double { get }
}

extension SingleNumber {
  public var plotValues: PlotValues { PlotValues([number], shape: []) }

  /// The elements of `array`, whose element type this must be.
  static func numbers(of array: Any) -> [Double] {
    guard let array = array as? [Self] else { return [] }
    return array.map(\.number)
  }
}

extension BinaryInteger where Self: SingleNumber { var number: Double { Double(self) } }
extension BinaryFloatingPoint where Self: SingleNumber { var number: Double { Double(self) } }

extension Double: PlotData, SingleNumber {}
extension Float: PlotData, SingleNumber {}
extension Int: PlotData, SingleNumber {}
extension Int8: PlotData, SingleNumber {}
extension Int16: PlotData, SingleNumber {}
extension Int32: PlotData, SingleNumber {}
extension Int64: PlotData, SingleNumber {}
extension UInt: PlotData, SingleNumber {}
extension UInt8: PlotData, SingleNumber {}
extension UInt16: PlotData, SingleNumber {}
extension UInt32: PlotData, SingleNumber {}
extension UInt64: PlotData, SingleNumber {}

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: PlotData, SingleNumber {}
#endif

#if (arch(x86_64) || arch(i386)) && !os(Windows) && !os(Android)
  extension Float80: PlotData, SingleNumber {}
#endif

extension Bool: PlotData, SingleNumber {
  var number: Double { self ? 1 : 0 }
}

/// `nil` is a gap.
extension Optional: PlotData where Wrapped: PlotData {
  public var plotValues: PlotValues { self?.plotValues ?? PlotValues([.nan], shape: []) }
}

/// Names are places along an axis of categories, each at the same place wherever it is used.
extension String: PlotData {
  public var plotValues: PlotValues {
    var values = PlotValues([0], shape: [])
    values.names = [self]
    return values
  }
}
