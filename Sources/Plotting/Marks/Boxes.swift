/// Boxes that summarise samples: quartiles, median, whiskers, and what lies beyond them.
///
/// ```swift
/// Boxes([control, treated], names: ["control", "treated"])
/// Boxes(matrix)                                   // a box for each column
/// Boxes([first, second], at: [10, 20], horizontal: true)
/// ```
///
/// Whiskers end at the last value within one and a half interquartile ranges of the box (Tukey).
public struct Boxes: ElementaryMark {
  var groups: SampleGroups
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Share of the distance between positions that boxes take.
  public var width: Double
  /// Whether boxes lie.
  public var isHorizontal: Bool
  /// Whether a diamond marks the mean.
  public var showsMeans: Bool

  /// The mark of these data.
  public init(
    _ samples: [any PlotData], names: [String] = [], at positions: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, width: Double = 0.55, horizontal: Bool = false,
    means: Bool = false
  ) {
    groups = SampleGroups(samples.map(\.plotValues), names, positions?.plotValues)
    (self.label, self.color, self.width) = (label, color, width)
    (isHorizontal, showsMeans) = (horizontal, means)
  }

  /// A box for each column of a matrix or each array of an array, or one for a row of values.
  public init(
    _ matrix: some PlotData, names: [String] = [], at positions: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, width: Double = 0.55, horizontal: Bool = false,
    means: Bool = false
  ) {
    groups = SampleGroups(of: matrix, names, positions?.plotValues)
    (self.label, self.color, self.width) = (label, color, width)
    (isHorizontal, showsMeans) = (horizontal, means)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("boxes", label)
    let places = groups.places(in: &lowering, mark: name, isHorizontal: isHorizontal)
    let color = lowering.color(self.color)
    let half = places.distance * (width.isFinite ? width.clamped(to: 0.02...1) : 0.55) / 2
    let pen = Stroke(color, width: max(1, lowering.theme.curveWidth * 0.75))
    var rings: [Layer.Ring] = []
    var segments: [Layer.Segment] = []
    var medians: [Layer.Segment] = []
    var points: (xs: [Double], ys: [Double]) = ([], [])
    var means: (xs: [Double], ys: [Double]) = ([], [])
    var across = Extent()
    var clauses: [String] = []
    func segment(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Layer.Segment {
      isHorizontal
        ? Layer.Segment(x0: b, y0: a, x1: d, y1: c) : Layer.Segment(x0: a, y0: b, x1: c, y1: d)
    }
    for (index, sample) in groups.samples.enumerated() {
      guard let box = Statistics.Box(sample.elements) else {
        lowering.note("\(name): \(places.names[index]) has no finite values")
        continue
      }
      let x = places.values[index]
      let (left, right) = (x - half, x + half)
      let corners = ([left, right, right, left], [box.first, box.first, box.third, box.third])
      rings.append(
        isHorizontal
          ? Layer.Ring(xs: corners.1, ys: corners.0) : Layer.Ring(xs: corners.0, ys: corners.1))
      segments += [
        segment(x, box.low, x, box.first), segment(x, box.third, x, box.high),
        segment(x - half / 2, box.low, x + half / 2, box.low),
        segment(x - half / 2, box.high, x + half / 2, box.high),
      ]
      medians.append(segment(left, box.median, right, box.median))
      let beyond = [Double](repeating: x, count: box.outliers.count)
      points.xs += isHorizontal ? box.outliers : beyond
      points.ys += isHorizontal ? beyond : box.outliers
      means.xs.append(isHorizontal ? box.mean : x)
      means.ys.append(isHorizontal ? x : box.mean)
      across.add([box.low, box.high] + box.outliers)
      let number = Speech.numbers(
        low: box.outliers.min() ?? box.low, high: box.outliers.max() ?? box.high, isTime: false)
      let outliers = box.outliers.isEmpty ? "" : ", \(box.outliers.count) beyond"
      clauses.append(
        "\(places.names[index]) median \(number(box.median)), quartiles \(number(box.first)) and "
          + "\(number(box.third)), whiskers \(number(box.low)) to \(number(box.high))\(outliers)")
    }
    let along = places.extent(half: half)
    lowering.add(
      .area(rings, fill: color.opacity(0.28), stroke: pen), x: isHorizontal ? across : along,
      y: isHorizontal ? along : across)
    lowering.add(.segments(segments, pen))
    lowering.add(.segments(medians, Stroke(color, width: pen.width * 2)))
    let dots = Layer.PointStyle(shape: .circle, sizes: [4], fills: [color.opacity(0.7)])
    if !points.xs.isEmpty {
      lowering.add(.points(xs: points.xs, ys: points.ys, dots))
      lowering.count(name, points.xs, points.ys, as: .points)
    }
    if showsMeans {
      let style = Layer.PointStyle(
        shape: .diamond, sizes: [6], fills: [lowering.theme.foreground])
      lowering.add(.points(xs: means.xs, ys: means.ys, style))
    }
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: pen, fill: color.opacity(0.28), isArea: true))
    }
    lowering.say("\(name): \(clauses.joined(separator: "; "))")
  }
}

/// The densities of samples side by side, with their quartiles and medians.
///
/// ```swift
/// Violins([control, treated], names: ["control", "treated"])
/// ```
///
/// Densities are estimated by Gaussian kernels with Scott's bandwidth; all have the same area.
public struct Violins: ElementaryMark {
  var groups: SampleGroups
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Share of the distance between positions that violins take.
  public var width: Double
  /// Whether violins lie.
  public var isHorizontal: Bool
  /// The kernels' standard deviation; `nil`: by Scott's rule.
  public var bandwidth: Double?

  /// The mark of these data.
  public init(
    _ samples: [any PlotData], names: [String] = [], at positions: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, width: Double = 0.8, horizontal: Bool = false,
    bandwidth: Double? = nil
  ) {
    groups = SampleGroups(samples.map(\.plotValues), names, positions?.plotValues)
    (self.label, self.color, self.width) = (label, color, width)
    (isHorizontal, self.bandwidth) = (horizontal, bandwidth)
  }

  /// A violin for each column of a matrix or each array of an array, or one for a row of values.
  public init(
    _ matrix: some PlotData, names: [String] = [], at positions: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, width: Double = 0.8, horizontal: Bool = false,
    bandwidth: Double? = nil
  ) {
    groups = SampleGroups(of: matrix, names, positions?.plotValues)
    (self.label, self.color, self.width) = (label, color, width)
    (isHorizontal, self.bandwidth) = (horizontal, bandwidth)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("violins", label)
    let places = groups.places(in: &lowering, mark: name, isHorizontal: isHorizontal)
    let color = lowering.color(self.color)
    let half = places.distance * (width.isFinite ? width.clamped(to: 0.02...1) : 0.8) / 2
    var rings: [Layer.Ring] = []
    var (bars, dots): ([Layer.Segment], (xs: [Double], ys: [Double])) = ([], ([], []))
    var across = Extent()
    var clauses: [String] = []
    let curves = groups.samples.map {
      Statistics.Kernels($0.elements, bandwidth: bandwidth, cut: 2, points: 128)
    }
    let most = curves.compactMap { $0?.densities.max() }.max() ?? 1
    for (index, sample) in groups.samples.enumerated() {
      guard let box = Statistics.Box(sample.elements) else {
        lowering.note("\(name): \(places.names[index]) has no finite values")
        continue
      }
      let x = places.values[index]
      if let curve = curves[index] {
        let reach = curve.densities.map { half * $0 / most }
        let sides = reach.map { x - $0 } + reach.reversed().map { x + $0 }
        let along = curve.xs + curve.xs.reversed()
        rings.append(
          isHorizontal ? Layer.Ring(xs: along, ys: sides) : Layer.Ring(xs: sides, ys: along))
        across.add([curve.xs[0], curve.xs[curve.xs.count - 1]])
      } else {
        lowering.note(
          "\(name): the values of \(places.names[index]) are all equal; they have no density")
        across.add(box.median)
      }
      bars.append(
        isHorizontal
          ? Layer.Segment(x0: box.first, y0: x, x1: box.third, y1: x)
          : Layer.Segment(x0: x, y0: box.first, x1: x, y1: box.third))
      dots.xs.append(isHorizontal ? box.median : x)
      dots.ys.append(isHorizontal ? x : box.median)
      let number = Speech.numbers(low: box.low, high: box.high, isTime: false)
      clauses.append(
        "\(places.names[index]) median \(number(box.median)), quartiles \(number(box.first)) and "
          + number(box.third))
    }
    let along = places.extent(half: half)
    let pen = Stroke(color, width: max(1, lowering.theme.curveWidth * 0.6))
    for ring in rings {
      lowering.add(.area([ring], fill: color.opacity(0.35), stroke: pen))
    }
    lowering.add(
      .segments(bars, Stroke(color, width: lowering.theme.curveWidth * 2.2)),
      x: isHorizontal ? across : along, y: isHorizontal ? along : across)
    let style = Layer.PointStyle(
      shape: .circle, sizes: [5.5], fills: [lowering.theme.background], outline: color,
      outlineWidth: 1.2)
    lowering.add(.points(xs: dots.xs, ys: dots.ys, style))
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: pen, fill: color.opacity(0.35), isArea: true))
    }
    lowering.say("\(name): \(clauses.joined(separator: "; "))")
  }
}

/// Samples that stand side by side, at names or numbers.
struct SampleGroups: Sendable, Equatable {
  var samples: [PlotValues]
  var names: [String]
  var positions: PlotValues?
  var problem: String?

  init(_ samples: [PlotValues], _ names: [String], _ positions: PlotValues?) {
    (self.samples, self.names, self.positions) = (samples, names, positions)
    // Single numbers are one sample.
    if samples.count > 1, samples.allSatisfy(\.shape.isEmpty) {
      self.samples = [PlotValues(samples.flatMap(\.elements))]
    }
  }

  /// The arrays of an array, the columns of a matrix; anything else is one sample.
  init(of data: some PlotData, _ names: [String], _ positions: PlotValues?) {
    if let list = data as? [any PlotData], let first = list.first, !first.plotValues.shape.isEmpty {
      self.init(list.map(\.plotValues), names, positions)
    } else {
      self.init(columnsOf: data.plotValues, names, positions)
    }
  }

  /// The columns of a matrix; anything else is one sample.
  init(columnsOf matrix: PlotValues, _ names: [String], _ positions: PlotValues?) {
    var samples = [matrix]
    if matrix.shape.count == 2, matrix.shape[0] > 0 {
      let (rows, columns) = (matrix.shape[0], matrix.shape[1])
      samples = (0..<columns).map { column in
        PlotValues(
          stride(from: column, to: rows * columns, by: columns).map { matrix.elements[$0] })
      }
    }
    self.init(samples, names, positions)
    problem = matrix.problem
  }

  struct Places {
    var values: [Double]
    var names: [String]
    var distance: Double

    func extent(half: Double) -> Extent {
      Extent.of(
        values.flatMap { [$0 - max(half, 0.5 * distance), $0 + max(half, 0.5 * distance)] })
    }
  }

  func places(in lowering: inout Lowering, mark: String, isHorizontal: Bool) -> Places {
    if let problem { lowering.note("\(mark): \(problem)") }
    if samples.isEmpty { lowering.note("\(mark): there are no values to draw") }
    var values = samples.indices.map { Double($0 + 1) }
    var labels = values.map { NumberLabels.plain($0) }
    if !names.isEmpty {
      if names.count != samples.count {
        lowering.note("\(mark): there are \(samples.count) samples but \(names.count) names")
      }
      labels = samples.indices.map { $0 < names.count ? names[$0] : "sample \($0 + 1)" }
      values = lowering.places(of: labels, isX: !isHorizontal)
      if isHorizontal { lowering.namesReadDownwards = true }
    } else if let positions {
      let given = positions.elements
      if given.count != samples.count {
        lowering.note("\(mark): there are \(samples.count) samples but \(given.count) positions")
      }
      for index in values.indices where index < given.count && given[index].isFinite {
        values[index] = given[index]
      }
      labels = values.map { "at \(NumberLabels.plain($0))" }
    }
    for (index, sample) in samples.enumerated() {
      let gaps = sample.elements.count { !$0.isFinite }
      if gaps > 0 {
        lowering.note(
          "\(mark): \(gaps) of \(sample.elements.count) values of \(labels[index]) are not finite and do not count"
        )
      }
    }
    let sorted = Set(values).sorted()
    let distance = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.min() ?? 1
    return Places(values: values, names: labels.map { PlainText.of($0) }, distance: distance)
  }
}

/// The density of a sample as a curve, estimated by Gaussian kernels.
///
/// ```swift
/// Density(samples, label: "learned")
/// Density(samples, bandwidth: 0.2, fill: false)
/// ```
///
/// The bandwidth is Scott's unless it is given: the sample's standard deviation over the fifth root
/// of its count (doi:10.1002/9780470316849).
public struct Density: ElementaryMark {
  var values: PlotValues
  /// The kernels' standard deviation; `nil`: by Scott's rule.
  public var bandwidth: Double?
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Whether the area is filled.
  public var isFilled: Bool

  /// The mark of these data.
  public init(
    _ values: some PlotData, bandwidth: Double? = nil, label: String? = nil, color: Color? = nil,
    fill: Bool = true
  ) {
    self.values = values.plotValues
    (self.bandwidth, self.label, self.color, isFilled) = (bandwidth, label, color, fill)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("density", label)
    lowering.noteGaps([values.elements], mark: name)
    guard let curve = Statistics.Kernels(values.elements, bandwidth: bandwidth) else {
      lowering.note("\(name): at least two different finite values are needed")
      return
    }
    let color = lowering.color(self.color)
    let stroke = Stroke(color, width: lowering.theme.curveWidth)
    var y = Extent.of(curve.densities + [0])
    y.hasHardLow = true
    if isFilled {
      let (first, last) = (curve.xs[0], curve.xs[curve.xs.count - 1])
      lowering.add(
        .area(
          [Layer.Ring(xs: [first] + curve.xs + [last], ys: [0] + curve.densities + [0])],
          fill: color.opacity(0.2), stroke: nil))
    }
    lowering.add(
      .line(xs: curve.xs, ys: curve.densities, stroke), x: Extent.of(curve.xs), y: y)
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: stroke, fill: color.opacity(0.2), isArea: isFilled))
    }
    let peak = curve.densities.indices.max { curve.densities[$0] < curve.densities[$1] } ?? 0
    let number = Speech.numbers(
      low: curve.xs[0], high: curve.xs[curve.xs.count - 1], isTime: false)
    lowering.say(
      "\(name) of \(values.elements.count) values, highest \(NumberLabels.plain(curve.densities[peak])) "
        + "near \(number(curve.xs[peak])), bandwidth \(NumberLabels.plain(curve.bandwidth))")
  }
}
