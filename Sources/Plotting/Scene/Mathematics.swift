// The elementary functions of the C library, without Foundation.
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func sine(_ x: Double) -> Double { sin(x) }
func cosine(_ x: Double) -> Double { cos(x) }
func arcsine(_ x: Double) -> Double { asin(min(1, max(-1, x))) }
func arctangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
func logarithm(_ x: Double) -> Double { log(x) }
func logarithm10(_ x: Double) -> Double { log10(x) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }

  /// `self` as an integer, cut to `range`; not-a-number gives the lower bound.
  func integer(in range: ClosedRange<Int>) -> Int {
    guard self > Double(range.lowerBound) else { return range.lowerBound }
    guard self < Double(range.upperBound) else { return range.upperBound }
    return Int(self)
  }
}
func exponential(_ x: Double) -> Double { exp(x) }
