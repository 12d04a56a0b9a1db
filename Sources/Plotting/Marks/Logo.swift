/// Stacks of letters as high as numbers: what the positions of sequences prefer.
///
/// ```swift
/// Logo([[0.1, 1.2], [0.6, 0.4]], letters: "AC")              // a row of heights for each position
/// Logo(bits, letters: "ACGT", at: 17..<40, colors: ["A": .green])
/// ```
///
/// The highest letter of a stack is on top. Letters below zero hang from the axis.
public struct Logo: ElementaryMark {
  var heights: PlotValues
  var x: PlotValues?
  /// The letter of each column of the heights.
  public var letters: [Character]
  /// The letters' colours; those without one are in the theme's foreground colour.
  public var colors: [Character: Color]

  /// The mark of heights `[positions, letters]`.
  public init(
    _ heights: some PlotData, letters: some StringProtocol, at positions: (any PlotData)? = nil,
    colors: [Character: Color] = [:]
  ) {
    (self.heights, self.letters, self.colors) = (heights.plotValues, Array(letters), colors)
    x = positions?.plotValues
  }

  func lower(into lowering: inout Lowering) {
    if let problem = heights.problem ?? x?.problem { lowering.note("logo: \(problem)") }
    guard let (rows, columns) = heights.grid, rows > 0, columns == letters.count else {
      lowering.note(
        "logo: heights [positions, \(letters.count) letters] are needed, but the shape is "
          + "\(heights.shape)")
      return
    }
    let xs = x.map { $0.positions(count: rows) } ?? (0..<rows).map { Double($0) }
    guard xs.count == rows, xs.allSatisfy(\.isFinite) else {
      lowering.note("logo: \(rows) positions have heights, but \(xs.count) have a place")
      return
    }
    var rings: [RGBA: [Layer.Ring]] = [:]
    var extent = Extent.of([0])
    var highest = (height: 0.0, letter: Character(" "), x: 0.0)
    let most = heights.elements.filter(\.isFinite).map { abs($0) }.max() ?? 0
    for (row, center) in xs.enumerated() {
      let column = letters.indices.map { (letters[$0], heights.elements[row * letters.count + $0]) }
      var (top, bottom) = (0.0, 0.0)
      for (letter, height) in column.sorted(by: { abs($0.1) < abs($1.1) }) {
        // What is lower than a hundredth of the highest letter would be a dot.
        guard height.isFinite, height != 0 else { continue }
        let low = height > 0 ? top : bottom + height
        if height > 0 { top += height } else { bottom += height }
        if height > highest.height { highest = (height, letter, center) }
        guard abs(height) > most / 100 else { continue }
        let color = lowering.color(colors[letter] ?? .foreground)
        for outline in PangoRoom.shared.outline(letter) {
          rings[color, default: []].append(
            Layer.Ring(
              xs: outline.map { center + 0.94 * ($0.x - 0.5) },
              ys: outline.map { low + abs(height) * $0.y }))
        }
      }
      extent.add([top, bottom])
    }
    let across = Extent.of([(xs.min() ?? 0) - 0.5, (xs.max() ?? 0) + 0.5], hard: true)
    let ordered = rings.sorted { $0.value.count > $1.value.count }
    for (color, rings) in ordered {
      lowering.add(.area(rings, fill: color, stroke: nil), x: across, y: extent)
    }
    if ordered.isEmpty { lowering.note("logo: no letter has a height") }
    lowering.say(
      "logo of \(xs.count) positions; the highest letter is \(highest.letter) at "
        + "\(lowering.speech.xGiven(highest.x))")
  }
}
