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
  func nonsenseIsDrawnAsWritten(source: String) {
    #expect(plot([1, 2], title: source, x: Axis(source)).png(scale: 0.5).count > 50)
  }

  @Test func unknownCommandsAreReported() {
    let text = plot([1, 2], title: "$\\frobnicate$").description
    #expect(text.contains("not understood in a formula and shown as written: \\frobnicate"))
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
