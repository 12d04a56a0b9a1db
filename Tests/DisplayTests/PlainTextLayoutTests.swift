import Display
import Testing

@Suite struct PlainTextLayoutTests {
  @Test func longListsKeepTheirEnds() {
    #expect(
      plainText(of: Array(0..<10_000)) == """
        [
          0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
          … 9 980 more …
          9990, 9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999
        ]
        """)
    #expect(
      plainText(of: [UInt8](repeating: 7, count: 100_000_000)).contains("… 99 999 980 more …"))
    #expect(plainText(of: 0..<Int.max) == "0..<9223372036854775807")
    #expect(plainText(of: repeatElement("a", count: 1_000_000_000)).contains("999 999 980 more"))
  }

  @Test func shortListsFillLines() {
    #expect(
      plainText(of: Array(0..<40)) == """
        [
          0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
          22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39
        ]
        """)
  }

  @Test func innerListsAreShorter() {
    let row = Array(repeating: 1.5, count: 100)
    let rowText = "[1.5, 1.5, 1.5, 1.5, 1.5, … 90 more …, 1.5, 1.5, 1.5, 1.5, 1.5]"
    #expect(plainText(of: [row, row]) == "[\n  \(rowText),\n  \(rowText)\n]")
    let lines = plainText(of: Array(repeating: row, count: 1000)).split(separator: "\n")
    #expect(lines.count == 23)
    #expect(lines[11] == "  … 980 more …")
  }

  @Test func widthCountsColumns() {
    // 13 pairs of ideographs: 80 columns with brackets and commas, 52 characters fewer.
    let wide = Array(repeating: "日本", count: 10)
    #expect(plainText(of: wide).split(separator: "\n").count == 1)
    #expect(plainText(of: wide + wide.prefix(1)).split(separator: "\n").count == 4)
    #expect(TextColumns.count("naïve") == 5)
    #expect(TextColumns.count("日本") == 4)
    #expect(TextColumns.count("👩‍👩‍👧") == 2)
    #expect(TextColumns.count("e\u{301}") == 1)
    #expect(TextColumns.count("❤️") == 2)
  }

  @Test func longDictionaries() {
    let many = Dictionary(uniqueKeysWithValues: (0..<100_000).map { ($0, $0) })
    #expect(plainText(of: many).hasSuffix("… 99 980 more …\n]"))
    let some = Dictionary(uniqueKeysWithValues: (0..<1000).map { ($0, $0) })
    #expect(plainText(of: some).hasPrefix("[\n  0: 0,\n  1: 1,"))
    #expect(plainText(of: some).contains("\n  9: 9,\n  … 980 more …\n  990: 990,"))
    #expect(plainText(of: some).hasSuffix("\n  999: 999\n]"))
  }

  @Test func linesAreLimited() {
    let value = Array(
      repeating: Array(repeating: "x y z".split(separator: " "), count: 20), count: 50)
    let names = value.map { $0.map { Pair(first: $0, second: "a long text that takes its room") } }
    #expect(plainText(of: names).split(separator: "\n").count <= 200)
    #expect(plainText(of: names).contains("more lines …"))
  }

  @Test func structsOverLines() {
    let value = Pair(first: Array(repeating: "lorem ipsum", count: 8), second: Point())
    #expect(
      plainText(of: value) == """
        Pair<[String], Point>(
          first: [
            "lorem ipsum", "lorem ipsum", "lorem ipsum", "lorem ipsum", "lorem ipsum",
            "lorem ipsum", "lorem ipsum", "lorem ipsum"
          ],
          second: Point(x: 1.0, y: 2.0)
        )
        """)
  }
}
