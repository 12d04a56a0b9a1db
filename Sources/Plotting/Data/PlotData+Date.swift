import Foundation

/// Dates count as seconds since 1970, which is what a time axis shows.
extension Date: PlotData {
  public var plotValues: PlotValues { PlotValues([timeIntervalSince1970], shape: []) }
}
