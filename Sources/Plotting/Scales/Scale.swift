/// How numbers become positions along an axis.
public enum Scale: Sendable, Hashable {
  /// Equal differences are equal distances.
  case linear
  /// Powers of ten at equal distances; values that are not positive are left out.
  case logarithmic
  /// Linear between −`threshold` and `threshold`, logarithmic outside: for signed data of many
  /// orders of magnitude.
  case symmetric(threshold: Double)
  /// Seconds since 1970, labelled as dates and times (UTC).
  case time
  /// Names at 0, 1, 2, …
  case categories([String])
  /// Linear with intervals left out, which the axis marks by two strokes.
  case broken([ClosedRange<Double>])

  /// The position of `value` on the straightened axis; `nan` where it has none.
  func forward(_ value: Double) -> Double {
    switch self {
    case .linear, .time, .categories: return value
    case .logarithmic: return value > 0 ? logarithm10(value) : .nan
    case .symmetric(let threshold):
      let unit = Scale.validThreshold(threshold)
      let size = abs(value) / unit
      return (value < 0 ? -1 : 1) * (size <= 1 ? size : 1 + logarithm10(size))
    case .broken(let gaps):
      var position = value
      for gap in gaps where gap.lowerBound < value {
        if value < gap.upperBound { return .nan }
        position -= gap.upperBound - gap.lowerBound
      }
      return position
    }
  }

  func backward(_ position: Double) -> Double {
    switch self {
    case .linear, .time, .categories: return position
    case .logarithmic: return power(10, position)
    case .symmetric(let threshold):
      let unit = Scale.validThreshold(threshold)
      let size = abs(position)
      return (position < 0 ? -1 : 1) * unit * (size <= 1 ? size : power(10, size - 1))
    case .broken(let gaps):
      var value = position
      for gap in gaps.sorted(by: { $0.lowerBound < $1.lowerBound }) where gap.lowerBound < value {
        value += gap.upperBound - gap.lowerBound
      }
      return value
    }
  }

  static func validThreshold(_ value: Double) -> Double { value.isFinite && value > 0 ? value : 1 }

  var isLogarithmic: Bool { self == .logarithmic }

  /// Whether the ticks between the labelled ones show how the scale grows.
  var hasFineTicks: Bool {
    switch self {
    case .logarithmic, .symmetric: true
    default: false
    }
  }

  /// Word for descriptions; empty for a linear axis.
  var word: String {
    switch self {
    case .linear, .categories: ""
    case .logarithmic: "log axis"
    case .symmetric: "symmetric log axis"
    case .time: "time axis"
    case .broken(let gaps):
      "without "
        + gaps.map {
          "\(NumberLabels.given($0.lowerBound)) to \(NumberLabels.given($0.upperBound))"
        }.joined(separator: " and ")
    }
  }
}

/// A scale fitted into pixels: the way from a number to its place in the figure.
struct AxisMap: Sendable {
  var scale: Scale
  /// Ends of the axis on the straightened axis.
  var low, high: Double
  /// Pixel positions of the two ends.
  var start, end: Double

  func callAsFunction(_ value: Double) -> Double {
    start + (scale.forward(value) - low) / (high - low) * (end - start)
  }

  func value(at position: Double) -> Double {
    scale.backward(low + (position - start) / (end - start) * (high - low))
  }

  /// The limits as data.
  var limits: ClosedRange<Double> {
    let a = scale.backward(low)
    let b = scale.backward(high)
    return min(a, b)...max(a, b)
  }
}

/// An axis map that spares linear axes the way through their scale, for long columns of data.
struct StraightMap {
  private let map: AxisMap
  let isStraight: Bool
  private let factor: Double

  init(_ map: AxisMap) {
    self.map = map
    factor = (map.end - map.start) / (map.high - map.low)
    let isLinear = map.scale == .linear || map.scale == .time
    isStraight = isLinear && factor.isFinite && abs(factor) > 1e-290
  }

  @inline(__always) func callAsFunction(_ value: Double) -> Double {
    isStraight ? straight(value) : map(value)
  }

  /// The place of a value on a linear axis.
  @inline(__always) func straight(_ value: Double) -> Double {
    map.start + (value - map.low) * factor
  }
}

extension Scale {
  /// The scale without its parameters, for comparison.
  var kind: Int {
    switch self {
    case .linear: 0
    case .logarithmic: 1
    case .symmetric: 2
    case .time: 3
    case .categories: 0
    case .broken: 4
    }
  }
}
