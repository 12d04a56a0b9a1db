import Plotting

/// Reproducible random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Figures with random data, sizes, labels and options.
func randomFigure(seed: Int) -> Figure {
  var random = SeededGenerator(state: UInt64(seed))
  let labels = [
    "", "step", "$x$", "$\\hat y_\\theta(x)$", "a rather long label of an axis",
    "$\\min_y \\frac{1}{2}\\|y\\|^2$", "loss $\\mathcal{L}$",
  ]
  func label() -> String { labels[Int.random(in: 0..<labels.count, using: &random)] }
  let sharings: [Figure.Sharing] = [.none, .none, .none, .x, .y, .both, .rows, .columns]
  let count = Int.random(in: 1...6, using: &random)
  var axes: [Axes] = []
  for _ in 0..<count {
    let size = Double.random(in: -6...7, using: &random)
    let scale = (0..<Int(abs(size))).reduce(1.0) { value, _ in size > 0 ? value * 10 : value / 10 }
    let offset = Bool.random(using: &random) ? 0 : Double.random(in: -5...5, using: &random) * scale
    let points = Int.random(in: 1...60, using: &random)
    let ys = (0..<points).map { _ in offset + scale * Double.random(in: -1...1, using: &random) }
    var marks: [any Mark] = []
    var projection = Projection.plane
    switch Int.random(in: 0..<11, using: &random) {
    case 0: marks = [Line(ys, label: label()), Line(ys.reversed(), label: label())]
    case 1: marks = [Scatter(0..<points, ys, values: ys, valueLabel: label())]
    case 2: marks = [Histogram(ys, label: label())]
    case 3: marks = [Bars((0..<points).map { "category \($0)" }, ys, showsValues: points < 5)]
    case 4: marks = [Heatmap(PlotValues(ys, shape: [1, points]), label: label())]
    case 5:
      marks = [
        Contour(-scale...scale, 0...1, fill: true, label: label(), samples: 12) { x, y in x * y },
        Quiver(-scale...scale, 0...1, samples: 5) { x, y in (y, x) },
      ]
    case 6:
      marks = [ErrorBars(0..<points, ys, ys, label: label()), Rule(y: offset, label: label())]
    case 7:
      projection = Bool.random(using: &random) ? .mollweide : .equirectangular
      marks = [Scatter(ys, ys, values: ys, label: label())]
    case 8: marks = [Picture(PlotValues(ys, shape: [1, points]))]
    case 9: marks = [Heatmap(PlotValues(ys, shape: [points, 1]), showsValues: points < 9)]
    default: marks = [Stems(ys, label: label()), StepLine(ys, label: label())]
    }
    let isLog = Int.random(in: 0..<4, using: &random) == 0
    axes.append(
      Axes(
        label(), x: Axis(label()), y: isLog ? .log(label()) : Axis(label()),
        right: Int.random(in: 0..<5, using: &random) == 0 ? Axis(label()) : nil,
        aspect: Int.random(in: 0..<6, using: &random) == 0 ? .equal : .automatic,
        projection: projection, marks: marks))
  }
  return Figure(
    label(), columns: Int.random(in: 1...3, using: &random),
    width: Bool.random(using: &random) ? nil : Double.random(in: 500...1200, using: &random),
    sharing: sharings[Int.random(in: 0..<sharings.count, using: &random)], axes: axes)
}
