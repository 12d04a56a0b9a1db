import Display
import Plotting
import Testing

@Suite struct LabelTests {
  private func texts(_ label: String) -> [String] {
    plot([1, 2], title: label).scene(measurer: FixedMeasurer()).primitives.compactMap {
      if case .text(let run) = $0, run.font.isBold { run.text } else { nil }
    }
  }

  @Test(arguments: [
    ("plain", ["plain"]), ("$x$", ["x"]), ("a $x$ b", ["a ", "x", " b"]), ("5 \\$", ["5 $"]),
    ("one $ only", ["one $ only"]), ("$\\alpha\\le\\beta$", ["α", "≤", "β"]),
    ("$x_i^2$", ["x", "2", "i"]), ("$\\frac{a}{b}$", ["a", "b"]), ("$-x$", ["−", "x"]),
    ("$\\text{if } x$", ["if ", "x"]), ("$3.14$", ["3.14"]), ("$\\log x$", ["log", "x"]),
  ])
  func formulasAreTakenApart(source: String, runs: [String]) {
    #expect(texts(source) == runs)
  }

  @Test(arguments: [
    ("$\\hat y_\\theta(x)$", "y\u{302}_θ(x)"), ("$\\mathbb{R}^n$", "ℝ^n"),
    ("$\\frac{1}{2}$", "1/2"), ("$\\sqrt{x+1}$", "√(x+1)"), ("loss $\\mathcal{L}$", "loss ℒ"),
    ("$y \\in \\mathcal{Y}$", "y ∈ 𝒴"),
  ])
  func formulasAreReadable(source: String, plain: String) {
    #expect(plot([1, 2], title: source).description.contains("“\(plain)”"))
  }

  @Test(arguments: [
    "$\\frobnicate{x}$", "$}$", "${$", "$\\frac$", "$x^$", "$_$", "$^2$", "$\\sqrt[$", "$\\left($",
    "$\\right)$", "$\\hat$", "$x__y$", "$x^2^3$", "$\\$", "$\\text{$", "$''''$", "$\\operatorname$",
    String(repeating: "$\\frac{1}{", count: 3), "$" + String(repeating: "{", count: 500) + "$",
    "$" + String(repeating: "\\hat", count: 500) + "x$", "\0\n\u{2029}", "🙂 $🙂$",
  ])
  func nonsenseIsDrawn(source: String) {
    #expect(plot([1, 2], title: source, x: Axis(source)).png(scale: 0.5).count > 50)
  }

  /// Each mistake is told with its place, and nothing of the formula is altered.
  @Test(arguments: [
    ("\\frobnicate x", "character 1: \\frobnicate is not known"),
    ("a + \\foo", "character 5: \\foo is not known"),
    ("x^2^3", "character 4: a second superscript"), ("x_1_2", "character 4: a second subscript"),
    ("x^{2", "character 3: this brace is not closed"),
    ("x}", "character 2: a closing brace that nothing opened"),
    ("\\frac{1}", "character 1: \\frac needs an argument"),
    ("y^", "character 2: nothing follows"), ("\\left( x", "character 1: \\left without \\right"),
    ("x \\right)", "character 3: \\right without \\left"),
    ("\\text{if", "character 6: this brace is not closed"),
    ("\\begin{pmatrix} 1", "character 1: \\begin{pmatrix} is not closed"),
    ("\\begin{foo} 1 \\end{foo}", "environment “foo” is not known"),
    ("\\color{blurple} x", "“blurple” in a formula is not a colour"),
  ])
  func mistakesAreToldWithTheirPlace(formula: String, said: String) {
    for figure in [
      plot([1, 2], title: "$\(formula)$"), plot([1, 2], x: Axis("$\(formula)$")),
      plot([1, 2], label: "$\(formula)$"), Figure("$\(formula)$") { Line([1, 2]) },
      Figure {
        Line([1, 2]); Text("$\(formula)$", x: 0.5, y: 1.5)
      },
    ] {
      #expect(figure.description.contains(said), "\(figure.description)")
    }
  }

  @Test(arguments: ["x^2^3", "x^{2", "x}", "\\frac{1}", "\\left( x"])
  func brokenFormulasStayAsWritten(formula: String) {
    #expect(texts("$\(formula)$") == ["$\(formula)$"])
  }

  @Test(arguments: [
    "x'^2", "x'", "x''_a", "\\sqrt[3]{x}", "\\binom{n}{k}", "\\left( \\frac{1}{2} \\right)",
    "\\underbrace{a+b}_{n}", "\\overbrace{a}^{n}", "\\mathtt{code}", "\\textcolor{red}{x} + y",
    "\\color{blue} x", "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
    "\\begin{cases} 1 & x > 0 \\\\ 0 & \\text{else} \\end{cases}",
  ])
  func wellFormedFormulasHaveNoNotes(formula: String) {
    let text = plot([1, 2], title: "$\(formula)$").description
    #expect(!text.contains("Note"), "\(text)")
  }

  /// Rows of a matrix stand below one another, columns beside one another.
  @Test func matricesAreGrids() {
    let scene = plot([1, 2], title: "$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$")
      .scene(measurer: FixedMeasurer())
    var places: [String: Point] = [:]
    for case .text(let run) in scene.primitives where run.font.isBold {
      places[run.text] = run.origin
    }
    guard let a = places["a"], let b = places["b"], let c = places["c"], let d = places["d"] else {
      Issue.record("a cell is missing: \(places)")
      return
    }
    #expect(a.y == b.y && c.y == d.y && c.y > a.y + 8)
    #expect(abs(a.x - c.x) < 1 && abs(b.x - d.x) < 1 && b.x > a.x + 8)
  }

  @Test func colouredPartsOfFormulas() {
    let scene = plot([1, 2], title: "$\\textcolor{#FF0000}{x} + y$").scene(
      measurer: FixedMeasurer())
    var colors: [String: String] = [:]
    for case .text(let run) in scene.primitives where run.font.isBold {
      colors[run.text] = run.color.hex
    }
    #expect(colors["x"] == "#ff0000" && colors["y"] != "#ff0000")
  }

  @Test func missingGlyphsAreTold() {
    let bundle = plot([1, 2], title: "a \u{10FFFD} b").mimeBundle
    guard case .text(let text)? = bundle["text/plain"] else {
      Issue.record("no text")
      return
    }
    #expect(text.contains("no font here has all the characters"))
  }

  @Test func limitsStandBelow() {
    let scene = plot([1, 2], title: "$\\min_y f$").scene(measurer: FixedMeasurer())
    var places: [String: Point] = [:]
    for case .text(let run) in scene.primitives where run.font.isBold {
      places[run.text] = run.origin
    }
    let (operation, limit) = (places["min"], places["y"])
    #expect(operation != nil && limit != nil)
    if let operation, let limit {
      #expect(limit.y > operation.y + 5)
      #expect(limit.x > operation.x && limit.x < operation.x + 20)
    }
  }
}
