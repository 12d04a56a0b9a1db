import Display
import Plotting
import Testing

@Suite struct DescriptionTests {
  @Test func courseOfACurve() {
    #expect(
      plot([4, 2, 1], label: "loss").description.contains(
        "line “loss” falls from 4 at 0 to 1 at 2"))
    #expect(plot([1, 2, 4]).description.contains("line rises from 1 at 0 to 4 at 2"))
    #expect(plot([3, 3]).description.contains("line stays at 3 from 0 to 1"))
    #expect(plot([0, 5, 0]).description.contains("lowest 0 at 0, highest 5 at 1"))
  }

  @Test func axesAreNamed() {
    let text = plot([1, 10], x: "step", y: .log("loss")).description
    #expect(text.contains("x (step) from"))
    #expect(text.contains("y (loss), log axis, from"))
  }

  @Test func ownTextWins() {
    let figure = plot([1, 2]).alt("A line.").caption("Nothing more.")
    #expect(figure.description == "A line. Nothing more.")
  }

  @Test func bundle() throws {
    let bundle = plot([1, 2], title: "Two points").mimeBundle
    guard case .bytes(let png)? = bundle["image/png"], case .text(let text)? = bundle["text/plain"]
    else {
      Issue.record("the bundle lacks a picture or a text")
      return
    }
    #expect(png.starts(with: [137, 80, 78, 71]))
    #expect(text.hasPrefix("Figure: “Two points”"))
    #expect(bundle.metadata["image/png"]?["alt"] == .string(text))
    let picture = try Picture(decoding: png)
    #expect(bundle.metadata["image/png"]?["width"]?.intValue == picture.width / 2)
    #expect(bundle.metadata["needs_background"] == "light")
    #expect(plot([1, 2]).theme(.dark).mimeBundle.metadata["needs_background"] == "dark")
  }
}
