import Plotting

/// Numbers that break plots: gaps, infinities, zeros, signs, single points, equal values, extremes.
func hostileSeries(_ random: inout SeededGenerator, count: Int) -> [Double] {
  let kind = Int.random(in: 0..<12, using: &random)
  let exponent = [300.0, -300, 0, 5, -5][Int.random(in: 0..<5, using: &random)]
  var scale = 1.0
  for _ in 0..<Int(abs(exponent)) { scale *= exponent > 0 ? 10 : 0.1 }
  return (0..<count).map { index in
    let value = Double.random(in: -1...1, using: &random)
    switch kind {
    case 0: return index % 3 == 1 ? .nan : value
    case 1: return index % 4 == 2 ? (value < 0 ? -.infinity : .infinity) : value
    case 2: return index % 2 == 0 ? 0 : value
    case 3: return -abs(value) - 0.1
    case 4: return 7.25
    case 5: return value * scale
    case 6: return scale * (1 + 1e-9 * value)
    case 7: return index == 0 ? value : .nan
    case 8: return .nan
    case 9: return (value * 5).rounded()
    case 10: return 99_990 + Double(index)
    default: return abs(value) * 1000
    }
  }
}

/// Figures of hostile data with every mark, scale and option.
func hostileFigure(seed: Int) -> Figure {
  var random = SeededGenerator(state: UInt64(seed) &* 7919 &+ 13)
  func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
  let words = ["", "step", "$\\hat y_\\theta$", "a long label for an axis", "gap $\\frac{1}{2}$"]
  func axis() -> Axis {
    let label = pick(words)
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: return .log(label)
    case 2: return .symlog(label)
    case 3: return Axis(label, limits: 0...)
    case 4: return Axis(label, limits: -0.5...0.5)
    case 5:
      return Axis(label, format: pick([.percent, .scientific(1), .si(unit: "m"), .decimals(2)]))
    case 6: return Axis(label, reversed: true)
    default: return Axis(label)
    }
  }
  func mark(_ count: Int) -> any Mark {
    let xs = hostileSeries(&random, count: count)
    let ys = hostileSeries(
      &random, count: pick([count, count, count, count + 3, max(0, count - 2)]))
    let rising = xs.indices.map { Double($0) }
    let label: String? = pick([nil, "curve", "$x_i$"])
    switch Int.random(in: 0..<16, using: &random) {
    case 0: return Line(rising, ys, label: label)
    case 1: return Line(ys, label: label, marker: .circle)
    case 2: return Scatter(xs, ys, label: label)
    case 3: return Scatter(xs, ys, values: ys, valueLabel: "value")
    case 4: return ErrorBars(rising, ys, xs, label: label)
    case 5: return ErrorBars(xs, ys, ys, xError: xs)
    case 6: return Bars(rising, ys, label: label)
    case 7: return Bars(rising.map { "n\(Int($0))" }, ys, showsValues: count < 6)
    case 8: return Histogram(ys, label: label)
    case 9: return Stems(ys, label: label)
    case 10: return StepLine(ys, label: label)
    case 11: return Band(rising, xs, ys, label: label)
    case 12:
      return Heatmap(
        PlotValues(Array((xs + xs).prefix(2 * count)), shape: [2, count]),
        log: Bool.random(using: &random))
    case 13: return Boxes([xs, ys], names: ["first", "second"])
    case 14: return Density(ys, label: label)
    default: return Line(rising, ys, label: label, style: .dashed)
    }
  }
  let plots = Int.random(in: 1...4, using: &random)
  let axes = (0..<plots).map { _ -> Axes in
    let count = pick([0, 1, 2, 5, 30, 200])
    var marks = (0..<Int.random(in: 1...3, using: &random)).map { _ in mark(count) }
    if Int.random(in: 0..<4, using: &random) == 0 {
      marks.append(Annotation("here it is", x: 0.4, y: 0.4))
    }
    if Int.random(in: 0..<5, using: &random) == 0 { marks.append(Rule(y: 0)) }
    return Axes(pick(words), x: axis(), y: axis(), marks: marks)
  }
  return Figure(
    pick(words), columns: Int.random(in: 1...3, using: &random),
    width: pick([nil, nil, 480, 700]), sharing: pick([.none, .none, .x, .y, .both]),
    legend: pick([nil, nil, nil, .below, .right]), theme: pick([.light, .dark, .print]), axes: axes)
}
