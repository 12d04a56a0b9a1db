import Display
import Foundation
import Testing

@Suite struct ShortNumberTests {
  @Test(arguments: [
    (0.8773812651634216, "0.8774"), (-1.23e-5, "-1.23e-05"), (126_000, "126000"),
    (12_345.6, "12346"), (123_456.7, "123457"), (1_234_567.8, "1.235e+06"), (0, "0"), (-0.0, "0"),
    (3, "3"), (-3, "-3"), (0.5, "0.5"), (0.00012345, "0.0001235"), (0.000099999, "9.9999e-05"),
    (0.99996, "1"), (9999.96, "10000"), (999_999.96, "1e+06"), (99.996, "100"),
    (1.7976931348623157e308, "1.798e+308"), (1e15 + 0.5, "1e+15"), (9_876_543_210, "9876543210"),
    (.infinity, "inf"), (-.infinity, "-inf"), (100.5, "100.5"), (1e22, "1e+22"),
  ])
  func numbersAreShort(value: Double, text: String) {
    if value == 0.000099999 {
      // Four digits reach the next power of ten.
      #expect(shortNumber(value) == "0.0001" && shortNumber(value, digits: 5) == text)
    } else {
      #expect(shortNumber(value) == text)
    }
  }

  @Test func isAsNearAsTheCLibrarysFourDigits() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let size = Double.random(in: -30...30, using: &random)
      let value = pow(10, size) * (Bool.random(using: &random) ? 1 : -1)
      let short = try #require(Double(shortNumber(value)))
      let exact = try #require(Double(String(format: "%.4g", value)))
      #expect(abs(short - value) <= abs(exact - value) * 1.0001)
      #expect(shortNumber(value).count <= 11)
    }
  }

  @Test func digitsCanBeAskedFor() {
    #expect(shortNumber(.pi, digits: 2) == "3.1")
    #expect(shortNumber(.pi * 1e-9, digits: 7) == "3.141593e-09")
    #expect(shortNumber(1234.5, digits: 2) == "1235")
  }

  @Test func markupIsEscaped() {
    #expect(
      escapedHTML(#"<a href="x">'&'</a>"#)
        == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;")
    #expect(escapedHTML("e\u{301} 漢字") == "e\u{301} 漢字")
  }
}

@Suite struct TableFormTests {
  private var table: Table {
    var table = Table([.left("solver"), .right("steps")], caption: "Steps < 100")
    table.add([Table.Cell("L-BFGS", link: "a.html"), Table.Cell("9", hint: "8.75")])
    table.addNote("(after a restart)")
    table.add([
      Table.Cell("naïve 日本", emphasis: .heading), Table.Cell("100", emphasis: .bad),
    ])
    table.add(["short"])
    table.footnotes = ["* on average"]
    return table
  }

  @Test func textIsAligned() {
    #expect(
      table.description == """
        Steps < 100
        solver      steps
        L-BFGS          9
        (after a restart)
        naïve 日本    100
        short

        * on average
        """)
  }

  @Test func pagesGetLinksHintsAndColours() throws {
    guard case .text(let html)? = table.mimeBundle["text/html"] else { throw NoHTML() }
    #expect(html.contains("<caption>Steps &lt; 100</caption>"))
    #expect(html.contains(#"<a href="a.html">L-BFGS</a>"#))
    #expect(html.contains(#"title="8.75">9</td>"#))
    #expect(html.contains(#"<td colspan="2""#))
    #expect(html.contains(#"<th style="text-align: left">naïve 日本</th>"#))
    #expect(html.contains("color: #c8372c"))
    #expect(html.components(separatedBy: "<td").count == 1 + 2 + 1 + 1 + 2)
    #expect(html.hasSuffix("<div>* on average</div>"))
  }

  private struct NoHTML: Error {}
}
