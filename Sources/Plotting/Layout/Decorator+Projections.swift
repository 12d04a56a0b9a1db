extension Decorator {
  /// Latitudes at the map's left edge; longitudes below a rectangular map.
  ///
  /// In an ellipse the
  /// meridians meet at the poles, so their numbers have no place outside of it.
  func graticule(_ plan: PanelPlan, width: Double, height: Double)
    -> [Decoration.GraticuleLabel]
  {
    guard !plan.x.isHidden, !plan.y.isHidden, height > 60 else { return [] }
    let isEllipse = plan.axes.projection == .mollweide
    let map = SphereMap(
      isMollweide: isEllipse, core: Rect(x: 0, y: 0, width: width, height: height))
    func degrees(_ value: Int, _ names: (String, String)) -> Label {
      let letter = value == 0 ? "" : value > 0 ? names.0 : names.1
      return typesetter.label("\(abs(value))°\(letter)", size: tickSize * 0.85)
    }
    var labels = [-60, -30, 0, 30, 60].map { latitude in
      let edge = map(-180, Double(latitude))
      return Decoration.GraticuleLabel(
        label: degrees(latitude, ("N", "S")), place: Point(edge.x - 4, edge.y),
        anchor: Anchor(x: 1, y: isEllipse ? 0.5 + Double(latitude) / 120 : 0.5))
    }
    if !isEllipse, width > 180 {
      labels += [-120, -60, 0, 60, 120].map { longitude in
        Decoration.GraticuleLabel(
          label: degrees(longitude, ("E", "W")),
          place: Point(map(Double(longitude), -90).x, height + 4),
          anchor: .top)
      }
    }
    return labels
  }

  /// Angles around the polar plane, and distances along a ray that is free of them; the circles'
  /// radii go to `side`.
  func polarLabels(
    _ plan: PanelPlan, width: Double, height: Double, _ side: inout Decoration.Side
  ) -> [Decoration.GraticuleLabel] {
    let map = plan.mapper(core: Rect(x: 0, y: 0, width: width, height: height))
    guard let polar = map.polar, !plan.x.isHidden, !plan.y.isHidden else { return [] }
    var labels = (0..<8).map { step -> Decoration.GraticuleLabel in
      let angle = Double(step) * .pi / 4
      let (text, multiples) = (
        "\(step * 45)°", ["0", "π/4", "π/2", "3π/4", "π", "5π/4", "3π/2", "7π/4"]
      )
      let place = polar.rim(angle) + Point(cosine(angle), -sine(angle)) * 7
      return Decoration.GraticuleLabel(
        label: typesetter.label(
          plan.x.axis.ticks == .multiplesOfPi ? multiples[step] : text, size: tickSize),
        place: place, anchor: Anchor(x: 0.5 - 0.5 * cosine(angle), y: 0.5 + 0.5 * sine(angle)))
    }
    let count = (polar.radius / (tickSize * 2.4)).integer(in: 2...5)
    let ray = Double.pi / 8
    for tick in ticks(plan.y, count: count).major {
      let distance = polar.distance(tick.value)
      guard distance.isFinite, distance > 4, distance < polar.radius * 1.001 else { continue }
      side.major.append(distance)
      labels.append(
        Decoration.GraticuleLabel(
          label: numbers.label(tick.label, size: tickSize * 0.88), place: polar(ray, tick.value),
          anchor: .center))
    }
    return labels
  }

  /// Round numbers along one side of a box in space.
  func spatialTicks(_ side: PanelPlan.Side, length: Double) -> [(value: Double, label: Label)] {
    let ticks = ticks(side, count: (length / (tickSize * 2.6)).integer(in: 2...6))
    let factor = ticks.factor.isEmpty ? "" : " \(ticks.factor)"
    return ticks.major.compactMap { tick in
      let position = side.scale.forward(tick.value)
      guard position.isFinite, position >= side.low - 1e-9 * abs(side.high - side.low),
        position <= side.high + 1e-9 * abs(side.high - side.low)
      else { return nil }
      let text = tick.value == ticks.major.last?.value ? tick.label + factor : tick.label
      return (tick.value, numbers.label(text, size: tickSize * 0.92))
    }
  }
}
