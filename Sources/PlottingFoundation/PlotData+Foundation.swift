public import Foundation
public import Plotting

/// Dates count as seconds since 1970; an axis without a scale of its own shows them as dates.
extension Date: PlotData {
  public var plotValues: PlotValues {
    var values = PlotValues([timeIntervalSince1970], shape: [])
    values.isTime = true
    return values
  }
}

extension CGFloat: PlotData {
  public var plotValues: PlotValues { PlotValues([Double(self)], shape: []) }
}

extension Decimal: PlotData {
  public var plotValues: PlotValues {
    PlotValues([NSDecimalNumber(decimal: self).doubleValue], shape: [])
  }
}
