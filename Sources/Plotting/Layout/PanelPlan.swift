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
  var colorBars: [ColorScale] = []
  var notes: [String]
  /// Set when the legend found no room inside.
  var isLegendOutside = false

  var isSphere: Bool { axes.projection != .plane }

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
  }

  init(_ axes: Axes, lowering: Lowering, shared: Shared) {
    self.axes = axes
    self.lowering = lowering
    notes = lowering.notes
    let extents = PanelPlan.extents(of: lowering)
    let names = lowering.categories
    x = PanelPlan.side(
      axes.x, extent: shared.x ?? extents.x,
      names: names.flatMap { $0.isVertical ? nil : $0.names },
      margin: 0.03, "x", &notes)
    y = PanelPlan.side(
      axes.y, extent: shared.y ?? extents.y,
      names: names.flatMap { $0.isVertical ? $0.names : nil },
      margin: 0.06, "y", &notes)
    if lowering.readsDownwards { y.isReversed.toggle() }
    if names?.isVertical == true { y.isReversed.toggle() }
    if axes.right != nil || extents.hasRight {
      right = PanelPlan.side(
        axes.right ?? Axis(), extent: extents.right, names: nil, margin: 0.06, "right", &notes)
    }
    if let cells = lowering.countedCells, lowering.layers.count == 1 || lowering.showsCellValues {
      func count(_ side: inout Side, _ cells: Int) {
        guard side.axis.ticks == .automatic, side.axis.limits == nil, side.scale == .linear else {
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
    noteUnshown()
    if axes.colorBar ?? true {
      for scale in lowering.colorScales where !colorBars.contains(where: { $0.explains(scale) }) {
        if colorBars.count < 2 { colorBars.append(scale) }
      }
    }
  }

  struct Extents {
    var x = Extent()
    var y = Extent()
    var right = Extent()
    var hasRight = false
  }

  static func extents(of lowering: Lowering) -> Extents {
    var extents = Extents()
    for layer in lowering.layers {
      extents.x.merge(layer.xExtent)
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
    _ axis: Axis, extent: Extent, names: [String]?, margin: Double, _ name: String,
    _ notes: inout [String]
  ) -> Side {
    var scale = axis.scale
    if let names, scale == .linear { scale = .categories(names) }
    let (low, high) = scale.limits(for: extent, fixed: axis.limits, margin: margin)
    if scale == .logarithmic, !extent.isEmpty, extent.high <= 0 {
      notes.append("no value is positive, so the logarithmic \(name) axis shows nothing")
    }
    if let limits = axis.limits {
      let (a, b) = (scale.forward(limits.lowerBound), scale.forward(limits.upperBound))
      if !(a.isFinite && b.isFinite && a < b) {
        notes.append(
          "the limits \(NumberLabels.plain(limits.lowerBound)) to "
            + "\(NumberLabels.plain(limits.upperBound)) do not fit the \(name) axis; the data's are used"
        )
      }
    }
    return Side(
      axis: axis, scale: scale, low: low, high: high, isReversed: axis.isReversed,
      isHidden: axis == .hidden)
  }

  /// Says how many values a logarithmic axis cannot show.
  private mutating func noteUnshown() {
    for (side, isX) in [(x, true), (y, false)] where side.scale == .logarithmic {
      var count = 0
      for layer in lowering.layers where isX || !layer.isOnRight {
        switch layer.shape {
        case .line(let xs, let ys, _), .points(let xs, let ys, _):
          for value in isX ? xs : ys where value <= 0 { count += 1 }
        default: break
        }
      }
      if count > 0 {
        notes.append(
          "\(count) \(count == 1 ? "value is" : "values are") not positive and cannot be shown on "
            + "the logarithmic \(isX ? "x" : "y") axis; Axis.symlog shows them")
      }
    }
  }
}

extension ColorScale {
  /// Whether a bar for this scale also explains the colours of `other`.
  func explains(_ other: ColorScale) -> Bool {
    map == other.map && low == other.low && high == other.high
      && isLogarithmic == other.isLogarithmic && levels == other.levels
  }
}
