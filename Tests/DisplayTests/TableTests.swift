import Display
import Testing

@Suite struct TableTests {
  @Test func valuesWithoutTable() {
    #expect(htmlTable(of: 1) == nil)
    #expect(htmlTable(of: [1, 2]) == nil)
    #expect(htmlTable(of: ["a"]) == nil)
    #expect(htmlTable(of: [Point]()) == nil)
    #expect(htmlTable(of: [String: Int]()) == nil)
    #expect(htmlTable(of: [[1], [2]]) == nil)
    #expect(htmlTable(of: [Described()]) == nil)
    #expect(htmlTable(of: [Empty()]) == nil)
    #expect(htmlTable(of: [Direction.north]) == nil)
    #expect(htmlTable(of: [Point(), 1] as [Any]) == nil)
    #expect(htmlTable(of: [Point(), nil]) == nil)
    #expect(htmlTable(of: Optional([Point()])) == nil)
    #expect(htmlTable(of: Point()) == nil)
    #expect(htmlTable(of: Set([Unordered(id: 1)])) == nil)
    #expect(htmlTable(of: [1...2]) == nil)
  }

  @Test func structs() {
    let people = [Person(name: "Ada <&>", age: 36), Person(name: "", age: nil)]
    #expect(
      htmlTable(of: people) == """
        <table class="tex2jax_ignore mathjax_ignore">
        <thead><tr><th></th><th style="text-align: left">name</th>\
        <th style="text-align: right">age</th></tr></thead>
        <tbody>
        <tr><th style="text-align: right">0</th><td style="text-align: left">Ada &lt;&amp;&gt;</td>\
        <td style="text-align: right">36</td></tr>
        <tr><th style="text-align: right">1</th><td style="text-align: left">&quot;&quot;</td>\
        <td style="text-align: right; opacity: 0.6">nil</td></tr>
        </tbody>
        </table>
        """)
  }

  @Test func rowsAreNumberedBySubscript() throws {
    let html = try #require(htmlTable(of: Array(repeating: Point(), count: 9)[5...6]))
    #expect(html.contains(">5</th>") && html.contains(">6</th>"))
    #expect(!html.contains(">0</th>"))
  }

  @Test func tuplesAndDictionaries() throws {
    let tuples = try #require(htmlTable(of: [(1, b: "x")]))
    #expect(tuples.contains(">.0</th>") && tuples.contains(">b</th>"))
    let rows = try #require(htmlTable(of: [["a": 1], ["b": 2]]))
    #expect(rows.contains(">a</th>") && rows.contains(">b</th>"))
    let plain = try #require(htmlTable(of: ["one": 1, "two": 2]))
    #expect(plain.contains(">key</th>") && plain.contains(">value</th>"))
    #expect(plain.contains(#"<tr><td style="text-align: left">one</td>"#))
    let records = try #require(htmlTable(of: ["p": Point()]))
    #expect(records.contains(">key</th>") && records.contains(">x</th>"))
  }

  @Test func longAndWideTables() throws {
    let long = try #require(htmlTable(of: Array(repeating: Point(), count: 10_000)))
    #expect(long.split(separator: "<tr>").count == 1 + 1 + 20 + 1)
    #expect(long.contains("… 9 980 more rows …"))
    let wide = [Dictionary(uniqueKeysWithValues: (100..<200).map { ("c\($0)", $0) })]
    let html = try #require(htmlTable(of: wide))
    #expect(html.contains(">c106</th>") && html.contains(">c193</th>"))
    #expect(!html.contains(">c107</th>") && html.contains("… 86 more …"))
  }

  @Test func cellsAreShort() throws {
    let html = try #require(
      htmlTable(of: [(name: String(repeating: "x", count: 10_000), text: "a\nb")]))
    #expect(html.utf8.count < 1000)
    #expect(html.contains(#"a\nb"#))
  }

  @Test func textOfTables() {
    let people = [
      Person(name: "Ada Lovelace", age: 36), Person(name: "Grace Hopper", age: nil),
      Person(name: "日本", age: 7),
    ]
    #expect(
      plainText(of: people) == """
           name          age
        0  Ada Lovelace   36
        1  Grace Hopper  nil
        2  日本            7
        """)
    #expect(plainText(of: people.prefix(1)) == #"[Person(name: "Ada Lovelace", age: 36)]"#)
    // Too wide for a table.
    let wide = [(String(repeating: "x", count: 70), String(repeating: "y", count: 70))]
    #expect(plainText(of: wide).hasPrefix("[\n  (\n"))
    // Dictionaries of plain values stay what can be typed in.
    let plain = Dictionary(uniqueKeysWithValues: (10..<30).map { ("key \($0)", "value") })
    #expect(plainText(of: plain).hasPrefix("[\n  \"key 10\": \"value\",\n"))
  }

  @Test func longNumbersAreShort() throws {
    let rows = [(gap: 0.8773812651634216, count: 12), (gap: -1.2345678e-9, count: 3)]
    let html = try #require(htmlTable(of: rows))
    #expect(html.contains(#"title="0.8773812651634216">0.8774</td>"#))
    #expect(html.contains(#"title="-1.2345678e-09">-1.235e-09</td>"#))
    #expect(html.contains(#"<td style="text-align: right">12</td>"#))
    #expect(plainText(of: rows) == "[(gap: 0.8774, count: 12), (gap: -1.235e-09, count: 3)]")
    #expect(plainText(of: 0.8773812651634216) == "0.8773812651634216")
    #expect(plainText(of: [0.1, 12.345, 1.0, .nan]) == "[0.1, 12.345, 1.0, nan]")
    #expect(plainText(of: [Float(0.1), Float(1) / 3]) == "[0.1, 0.3333]")
  }

  @Test func bundles() {
    let bundle = mimeBundle(of: [Point()])
    #expect(bundle["text/plain"] == .text("[Point(x: 1.0, y: 2.0)]"))
    #expect(bundle["text/html"] != nil)
    #expect(mimeBundle(of: 2).data.count == 1)
    #expect(mimeBundle(of: Optional(MimeBundle(text: "t", html: "h"))).data.count == 2)
  }
}
