extension Figure {
  /// What is wrong with the picture of this figure, one finding a line; empty when nothing is.
  ///
  /// The figure is laid out and drawn, and looked at: texts that the figure's edge cuts, labels that
  /// overlap, ink at the very edge, data that are neither drawn nor said to be left out, numbers in
  /// the description that are none. Where data are left out and the figure says so, nothing is wrong.
  ///
  /// ```swift
  /// precondition(figure.audit().isEmpty)
  /// ```
  public func audit() -> [String] { audit(measurer: PangoRoom.shared, looksAtPixels: true) }

  package func audit(measurer: any TextMeasurer, looksAtPixels: Bool) -> [String] {
    let solution = solved(measurer: measurer)
    var findings = solution.scene.crowding()
    findings += description(of: solution).unreadableNumbers()
    for (index, plan) in solution.plans.enumerated() {
      let name = solution.plans.count > 1 ? "plot \(index + 1): " : ""
      let audit = InkAudit(plan: plan, core: solution.cores[index], scene: solution.scene)
      findings += audit.findings(said: solution.notes + solution.remarks).map { name + $0 }
    }
    if looksAtPixels, let background = solution.scene.background {
      let pixels = solution.scene.pixels(scale: 1, families: appliedTheme.fonts)
      if pixels.hasInkAtEdge(background: background.word) {
        findings.append("something is drawn at the very edge of the figure, which may cut it")
      }
    }
    return findings
  }
}

extension Scene {
  /// Texts that the edge of the figure cuts and labels that overlap.
  package func crowding() -> [String] {
    var findings: [String] = []
    let slack = 0.75
    for case .text(let run) in primitives {
      let corners = Path(run.ink).parts[0].points.map { corner in
        (run.origin + corner).rotated(by: run.angle, about: run.origin)
      }
      guard let box = Path(corners).bounds else { continue }
      if box.x < -slack || box.y < -slack || box.maxX > width + slack || box.maxY > height + slack {
        findings.append("the text “\(run.text)” is cut by the edge of the figure")
      }
    }
    for (index, label) in labels.enumerated() {
      for other in labels[(index + 1)...] where label.insetBy(0.25).intersects(other.insetBy(0.25))
      {
        findings.append("two labels overlap: \(label.dump) and \(other.dump)")
      }
    }
    for (index, text) in texts.enumerated() {
      for other in texts[(index + 1)...] where text.insetBy(1).intersects(other.insetBy(1)) {
        findings.append("two texts overlap: \(text.dump) and \(other.dump)")
      }
      for label in labels where text.insetBy(1).intersects(label.insetBy(1)) {
        findings.append("a text overlaps a label: \(text.dump) and \(label.dump)")
      }
    }
    return findings
  }
}

extension String {
  /// Numbers that were lost on their way into a description.
  fileprivate func unreadableNumbers() -> [String] {
    let words = split { !$0.isLetter }
    return ["inf", "nan", "infinity"].filter { bad in words.contains { $0.lowercased() == bad } }
      .map { "the description says “\($0)” for a number" }
  }
}

extension Pixels {
  /// Whether a pixel at the border is neither background nor clear.
  func hasInkAtEdge(background: UInt32) -> Bool {
    guard width > 2, height > 2 else { return false }
    for column in 0..<width
    where words[column] != background || words[(height - 1) * width + column] != background {
      return true
    }
    for row in 0..<height
    where words[row * width] != background || words[row * width + width - 1] != background {
      return true
    }
    return false
  }
}

/// Compares the points that a plot was given with what its scene shows and says.
struct InkAudit {
  var plan: PanelPlan
  var core: Rect
  var scene: Scene

  /// Curves longer than this are thinned, so that not every point has ink of its own.
  private static let longest = 4000

  func findings(said: [String]) -> [String] {
    guard !plan.isSpatial, !plan.isSphere else { return [] }
    var findings: [String] = []
    let ink = inked()
    for account in plan.lowering.accounts where account.kind == .points {
      let mapper = plan.mapper(core: core, right: account.isOnRight)
      let count = min(account.xs.count, account.ys.count)
      var (gaps, unreachable, outside, bare) = (0, 0, 0, 0)
      for index in 0..<count {
        let (x, y) = (account.xs[index], account.ys[index])
        guard x.isFinite, y.isFinite else {
          gaps += 1
          continue
        }
        let place = mapper(x, y)
        guard place.isFinite else {
          unreachable += 1
          continue
        }
        guard core.insetBy(-0.5).contains(place) else {
          outside += 1
          continue
        }
        if count <= InkAudit.longest, !ink.contains(place) { bare += 1 }
      }
      if bare > 0 {
        findings.append("\(account.name): \(bare) of \(count) points have no ink at their place")
      }
      func isSaid(_ words: String...) -> Bool {
        said.contains { text in words.contains { text.contains($0) } }
      }
      if gaps > 0, !isSaid("not finite", "left out", "have no place") {
        findings.append("\(account.name): \(gaps) of \(count) points are gaps, and nothing says so")
      }
      if unreachable > 0, !isSaid("cannot be shown", "is broken", "shows nothing") {
        findings.append(
          "\(account.name): \(unreachable) of \(count) points have no place, and nothing says so")
      }
      if outside > 0, !isSaid("outside the limits") {
        findings.append(
          "\(account.name): \(outside) of \(count) points lie outside, and nothing says so")
      }
    }
    return findings
  }

  /// The pixels, two to each of the figure's, where strokes and markers of the scene have a point.
  private struct Ink {
    var cells: Set<Int> = []

    static func key(_ x: Double, _ y: Double) -> Int { Int(x * 2) &* 1_000_003 &+ Int(y * 2) }

    mutating func add(_ p: Point) {
      guard p.isFinite, abs(p.x) < 1e6, abs(p.y) < 1e6 else { return }
      cells.insert(Ink.key(p.x, p.y))
    }

    func contains(_ p: Point) -> Bool {
      for dx in -2...2 {
        for dy in -2...2
        where cells.contains(Ink.key(p.x + Double(dx) / 2, p.y + Double(dy) / 2)) { return true }
      }
      return false
    }
  }

  private func inked() -> Ink {
    var ink = Ink()
    for primitive in scene.primitives {
      switch primitive {
      case .path(let path, let fill, let stroke):
        let isSeen = (stroke?.color.alpha ?? 0) > 0 || (fill?.alpha ?? 0) > 0
        guard isSeen else { continue }
        for part in path.parts { for point in part.points { ink.add(point) } }
      case .markers(let markers):
        for (index, center) in markers.centers.enumerated() {
          let size = markers.sizes.isEmpty ? 0 : markers.sizes[min(index, markers.sizes.count - 1)]
          if size > 0 { ink.add(center) }
        }
      default: break
      }
    }
    return ink
  }
}
