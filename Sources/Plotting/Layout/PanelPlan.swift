/// One plot with its marks lowered and its limits known, before it has a size.
struct PanelPlan {
  /// One axis: its scale, ends on the straightened axis, and how it wants to be marked.
  struct Side {
    var axis: Axis
    var scale: Scale
    var low, high: Double
    var isReversed: Bool
    var isHidden: Bool
  }

  var axes: Axes
  var lowering: Lowering
  var x: Side
  var y: Side
  var right: Side?
  var z: Side
  var colorBars: [ColorScale] = []
  var notes: [String]
  /// What only the description says.
  var remarks: [String] = []
  /// Whether the plot's limits are those of others in its column or row.
  var sharesX = true
  var sharesY = true
  /// Set when the legend found no room inside.
  var isLegendOutside = false

  var isSphere: Bool { axes.projection == .mollweide || axes.projection == .equirectangular }
  var isPolar: Bool { axes.projection == .polar && !isSpatial }
  var isSpatial: Bool { lowering.isSpatial }

  var hasBox: Bool {
    switch axes.frame {
    case .automatic: lowering.hasField
    case .box: true
    case .open, .none: false
    }
  }

  var hasFrame: Bool { axes.frame != .none && !lowering.hidesAxes }
  var hasGrid: Bool { axes.frame == .automatic && hasFrame && !lowering.hasField }

  /// Pixels of height for each pixel of width of the plot, where the axes fix it.
  var ratio: Double? {
    if isSphere { return 0.5 }
    if isPolar { return 1 }
    if isSpatial { return 0.86 }
    let isLinear = { (scale: Scale) in scale == .linear }
    guard isLinear(x.scale), isLinear(y.scale) else { return nil }
    let aspect = axes.aspect.value ?? (lowering.prefersEqualAspect ? 1 : nil)
    guard let aspect else { return nil }
    let ratio = (y.high - y.low) / (x.high - x.low) * aspect
    return ratio.isFinite && ratio > 0 ? ratio.clamped(to: 0.02...50) : nil
  }

  /// Limits that several panels share.
  struct Shared {
    var x: Extent?
    var y: Extent?
    var xNames: [String]?
    var yNames: [String]?
    var notes: [String] = []
  }

  init(_ axes: Axes, lowering: Lowering, shared: Shared) {
    self.axes = axes
    self.lowering = lowering
    notes = lowering.notes
    remarks = lowering.remarks
    let extents = PanelPlan.extents(of: lowering)
    x = PanelPlan.side(
      axes.x, extent: shared.x ?? extents.x, names: shared.xNames ?? lowering.namesX,
      isTime: lowering.speech.xIsTime, margin: axes.projection == .polar ? 0 : 0.03, "x", &notes)
    y = PanelPlan.side(
      axes.y, extent: shared.y ?? extents.y, names: shared.yNames ?? lowering.namesY,
      isTime: lowering.speech.yIsTime, margin: 0.06, "y", &notes)
    if lowering.readsDownwards { y.isReversed.toggle() }
    if lowering.namesReadDownwards { y.isReversed.toggle() }
    if axes.right != nil || extents.hasRight {
      right = PanelPlan.side(
        axes.right ?? Axis(), extent: extents.right, names: [], isTime: false, margin: 0.06,
        "right", &notes)
    }
    if axes.projection == .polar, axes.y.lowest == nil, y.scale == .linear,
      extents.y.low >= -0.02 * abs(extents.y.high)
    {
      // Distances begin in the middle.
      y.low = 0
    }
    z = PanelPlan.side(
      axes.z, extent: extents.z, names: [], isTime: false, margin: 0, "z", &notes)
    notes += shared.notes
    sharesX = !shared.notes.contains { $0.hasPrefix("its x") }
    sharesY = !shared.notes.contains { $0.hasPrefix("its y") }
    if let cells = lowering.countedCells, lowering.layers.count == 1 || lowering.showsCellValues {
      func count(_ side: inout Side, _ cells: Int) {
        guard side.axis.ticks == .automatic, !side.axis.hasLimits, side.scale == .linear else {
          return
        }
        side.axis.ticks = .at((0..<cells).map { Double($0) })
      }
      count(&x, cells.columns)
      count(&y, cells.rows)
    }
    if lowering.hidesAxes || axes.frame == .none {
      x.isHidden = true
      y.isHidden = true
    }
    if lowering.legend.count > Legend.limit {
      notes.append(
        "the legend has \(lowering.legend.count) entries; shown are the first \(Legend.limit)")
    }
    noteUnshown()
    if axes.colorBar ?? true {
      for scale in lowering.colorScales where !colorBars.contains(where: { $0.explains(scale) }) {
        colorBars.append(scale)
      }
      if colorBars.count > 2 {
        notes.append(
          "the plot has \(colorBars.count) scales of colours; explained are the first two")
        colorBars = Array(colorBars.prefix(2))
      }
    }
  }

  struct Extents {
    var x = Extent()
    var y = Extent()
    var right = Extent()
    var z = Extent()
    var hasRight = false
  }

  static func extents(of lowering: Lowering) -> Extents {
    var extents = Extents()
    for layer in lowering.layers {
      extents.x.merge(layer.xExtent)
      extents.z.merge(layer.zExtent)
      if layer.isOnRight {
        extents.right.merge(layer.yExtent)
        extents.hasRight = true
      } else {
        extents.y.merge(layer.yExtent)
      }
    }
    return extents
  }

  private static func side(
    _ axis: Axis, extent: Extent, names: [String], isTime: Bool, margin: Double, _ name: String,
    _ notes: inout [String]
  ) -> Side {
    var scale = axis.scale
    if !names.isEmpty {
      switch scale {
      case .linear, .categories: scale = .categories(names)
      default: break
      }
    } else if isTime, scale == .linear {
      scale = .time
    }
    if case .broken(let gaps) = scale { scale = .broken(Scale.disjoint(gaps)) }
    let (low, high) = scale.limits(
      for: extent, lowest: axis.lowest, highest: axis.highest, margin: margin)
    if scale == .logarithmic, !extent.isEmpty, extent.high <= 0 {
      notes.append("no value is positive, so the logarithmic \(name) axis shows nothing")
    }
    if scale.kind == 0, !extent.isEmpty, max(abs(extent.low), abs(extent.high)) > Scale.largest {
      notes.append("values beyond 10³⁰⁰ cannot be shown on the \(name) axis")
    }
    if scale == .time, Scale.timeUnit(low: low, high: high) != 1 {
      let words = ["milliseconds", "microseconds", "nanoseconds"]
      let index = Int(logarithm10(Scale.timeUnit(low: low, high: high)).rounded()) / 3 - 1
      notes.append("the times of the \(name) axis are read as \(words[index]) since 1970")
    }
    for (given, isLow) in [(axis.lowest, true), (axis.highest, false)] {
      guard let given else { continue }
      let position = scale.forward(given)
      let isUsed = position.isFinite && abs(position - (isLow ? low : high)) <= abs(position) * 1e-9
      if !isUsed {
        let limits = [axis.lowest, axis.highest].compactMap { $0 }.map(NumberLabels.given)
        notes.append(
          "the limits \(limits.joined(separator: " to ")) do not fit the \(name) axis; "
            + "the data's are used")
        break
      }
    }
    if case .labelled(let values, let labels) = axis.ticks, values.count != labels.count {
      notes.append(
        "the \(name) axis has \(values.count) ticks but \(labels.count) labels for them; marked are "
          + "the first \(min(values.count, labels.count))")
    }
    return Side(
      axis: axis, scale: scale, low: low, high: high, isReversed: axis.isReversed,
      isHidden: axis == .hidden)
  }

  /// Says what the axes cannot show.
  private mutating func noteUnshown() {
    guard !isSphere, !lowering.isSpatial else { return }
    noteUnshownPoints()
    for layer in lowering.layers {
      let y = layer.isOnRight ? right ?? self.y : self.y
      switch layer.shape {
      case .rule(let value, let isVertical, _):
        let side = isVertical ? x : y
        let name = isVertical ? "the vertical line at" : "the horizontal line at"
        let text = isVertical ? lowering.speech.xGiven(value) : lowering.speech.yGiven(value)
        if !side.reaches(value) {
          notes.append(
            "\(name) \(text) has no place on the \(side.scale.word.isEmpty ? "axis" : side.scale.word)"
          )
        } else if !side.contains(value) {
          remarks.append("\(name) \(text) lies outside the limits")
        }
      case .text(let text) where !text.isCellValue:
        if !x.reaches(text.x) || !y.reaches(text.y) || !x.contains(text.x) || !y.contains(text.y) {
          notes.append(
            "the text “\(PlainText.of(text.text))” at (\(lowering.speech.xGiven(text.x)), "
              + "\(lowering.speech.yGiven(text.y))) lies outside the axes and is left out")
        }
      case .segments(let segments, _):
        noteCut(segments.count(where: isCut))
      case .stems(let columns, _):
        noteCut(
          columns.places.indices.count { columns.isWhole($0) && isCut(columns.segment($0)) })
      case .field(let field):
        let columns = field.xEdges.count { !x.reaches($0) }
        let rows = field.yEdges.count { !y.reaches($0) }
        if columns > 0 {
          notes.append(
            "\(columns) of \(field.columns) columns of cells have no place on the x axis")
        }
        if rows > 0 {
          notes.append("\(rows) of \(field.rows) rows of cells have no place on the y axis")
        }
      default: break
      }
    }
  }

  /// Whether an end of a segment has no place on its axis, and the other has one.
  private func isCut(_ segment: Layer.Segment) -> Bool {
    let (x0, x1) = (x.reaches(segment.x0), x.reaches(segment.x1))
    let (y0, y1) = (y.reaches(segment.y0), y.reaches(segment.y1))
    return !(x0 && x1 && y0 && y1) && (x0 || x1) && (y0 || y1)
  }

  private mutating func noteCut(_ count: Int) {
    guard count > 0 else { return }
    let axis = x.scale == .logarithmic && y.scale != .logarithmic ? "the x axis" : "the y axis"
    notes.append(
      "\(count) \(count == 1 ? "bar reaches" : "bars reach") beyond what \(axis) can show; "
        + "drawn to its end")
  }

  private mutating func noteUnshownPoints() {
    var counts = ["x": 0, "y": 0, "right": 0]
    var gaps = 0
    for account in lowering.accounts {
      let up = account.isOnRight ? right ?? y : y
      let count = min(account.xs.count, account.ys.count)
      var outside = 0
      let hasLimits = x.axis.hasLimits || up.axis.hasLimits
      let isPlain = x.isPlain && up.isPlain
      if isPlain, !hasLimits { continue }
      let (lowX, highX) = x.ends
      let (lowY, highY) = up.ends
      for index in 0..<count {
        let (xValue, yValue) = (account.xs[index], account.ys[index])
        guard xValue.isFinite, yValue.isFinite else { continue }
        if !isPlain {
          let (canX, canY) = (x.reaches(xValue), up.reaches(yValue))
          if !canX || !canY {
            if x.scale == .logarithmic, !canX { counts["x", default: 0] += 1 }
            if up.scale == .logarithmic, !canY {
              counts[account.isOnRight ? "right" : "y", default: 0] += 1
            }
            if x.scale != .logarithmic && !canX || up.scale != .logarithmic && !canY { gaps += 1 }
            continue
          }
        }
        if hasLimits, xValue < lowX || xValue > highX || yValue < lowY || yValue > highY {
          outside += 1
        }
      }
      if outside > 0 {
        remarks.append("\(account.name): \(outside) of \(count) points lie outside the limits")
      }
    }
    for name in ["x", "y", "right"] {
      let count = counts[name, default: 0]
      guard count > 0 else { continue }
      notes.append(
        "\(count) \(count == 1 ? "value is" : "values are") not positive and cannot be shown on "
          + "the logarithmic \(name) axis; Axis.symlog shows them")
    }
    if gaps > 0 {
      notes.append("\(gaps) \(gaps == 1 ? "point lies" : "points lie") where the axis is broken")
    }
  }
}

extension PanelPlan.Side {
  /// Whether the axis has a place for every finite number.
  var isPlain: Bool {
    switch scale {
    case .logarithmic, .broken: false
    default: true
    }
  }

  /// Whether the axis has a place for `value`, shown or not.
  func reaches(_ value: Double) -> Bool {
    isPlain || !value.isFinite || scale.forward(value).isFinite
  }

  /// The shown numbers, widened by rounding errors.
  var ends: (low: Double, high: Double) {
    let slack = (high - low) * 1e-9
    return (scale.backward(low - slack), scale.backward(high + slack))
  }

  func contains(_ value: Double) -> Bool {
    let (low, high) = ends
    return value >= low && value <= high
  }
}

extension Scale {
  /// Intervals in order, joined where they overlap.
  static func disjoint(_ gaps: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    var result: [ClosedRange<Double>] = []
    for gap in gaps.sorted(by: { $0.lowerBound < $1.lowerBound })
    where gap.lowerBound.isFinite && gap.upperBound.isFinite && gap.lowerBound < gap.upperBound {
      if let last = result.last, gap.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, gap.upperBound)
      } else {
        result.append(gap)
      }
    }
    return result
  }
}

extension ColorScale {
  /// Whether a bar for this scale also explains the colours of `other`.
  func explains(_ other: ColorScale) -> Bool {
    map == other.map && low == other.low && high == other.high
      && isLogarithmic == other.isLogarithmic && levels == other.levels && label == other.label
  }
}
