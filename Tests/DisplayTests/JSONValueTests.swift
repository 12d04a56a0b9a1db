import Display
import Testing

@Suite struct JSONValueTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("-0", 0),
      ("12", .integer(12)), ("1.0", .number(1)), ("-1.5e3", .number(-1500)), ("1E+2", .number(100)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)),
      (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude80""#, "🚀"), (#""🚀""#, "🚀"),
      (#""\ud83d""#, "\u{FFFD}"), (#""\ude80x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
      (#""\u0000""#, "\0"), ("[]", []), ("{}", [:]), (" \n\t\r[ 1 , [ ] , { } ] ", [1, [], [:]]),
      (#"{"a": {"b": [null]}, "": 1}"#, ["a": ["b": [nil]], "": 1]),
      (#"{"a": 1, "a": 2}"#, ["a": 2]),
    ] as [(String, JSONValue)])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "tru", "+1", "01", "-", "1.", ".5", "1e", "1e+", "0x1", "NaN",
    "Infinity", "-Infinity", "'a'", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
    "\"a\nb\"", "\"\u{0}\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":",
    "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{}{}", "[]]", "// x",
    "\u{FEFF}1", "\"\\u+123\"",
  ])
  func refuses(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
  }

  @Test func tellsWhereAnErrorIs() throws {
    let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: #"{"a": ?}"#) }
    #expect(error?.offset == 6)
  }

  @Test func survivesDeepNesting() throws {
    let limit = JSONValue.maximumDepth
    let deepest = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(throws: Never.self) { try JSONValue(parsing: deepest) }
    for opening in ["[", "{\"a\":"] {
      let hostile = String(repeating: opening, count: 100_000)
      #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: hostile) }
    }
  }

  @Test func survivesInvalidUTF8() throws {
    let bytes = Array(#"{"a": ""#.utf8) + [0xFF, 0xC3, 0x28] + Array(#""}"#.utf8)
    let value = try JSONValue(parsing: bytes)
    #expect(value["a"]?.stringValue?.isEmpty == false)
  }

  /// Every prefix and every changed byte of a document is read or refused, never a crash.
  @Test func survivesMutilation() {
    let document = Array(#"{"k\u00e9y": [1, -2.5e-3, "t\n🚀", true, null, {"x": []}]}"#.utf8)
    for end in document.indices { _ = try? JSONValue(parsing: document[..<end]) }
    for index in document.indices {
      for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x5D, 0x80, 0xFF, 0x2C, 0x65] {
        var changed = document
        changed[index] = byte
        _ = try? JSONValue(parsing: changed)
      }
    }
  }

  @Test(
    arguments: [
      .null, true, -5, 2.5, 1e300, "", "quote \" slash \\ \n \u{1} é 🚀", [], [:],
      [1, [2.5, nil], ["a": "b"]], ["z": 1, "a": [true], "": nil],
    ] as [JSONValue])
  func returnsFromText(value: JSONValue) throws {
    #expect(try JSONValue(parsing: value.text) == value)
  }

  @Test func writesEqualValuesAsEqualText() {
    let one: JSONValue = ["b": 1, "a": 2]
    let other: JSONValue = ["a": 2, "b": 1]
    #expect(one.text == #"{"a":2,"b":1}"#)
    #expect(one.text == other.text)
  }

  @Test func writesWhatJSONLacksAsNull() {
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text == "[null,null]")
  }

  @Test func escapesControlCharacters() {
    #expect(JSONValue.string("\u{0}\u{1F}\u{7F}").text == "\"\\u0000\\u001f\u{7F}\"")
  }

  @Test func readsNumbersAsBothKinds() {
    #expect(JSONValue.number(3).intValue == 3)
    #expect(JSONValue.number(3.5).intValue == nil)
    #expect(JSONValue.number(1e300).intValue == nil)
    #expect(JSONValue.integer(3).doubleValue == 3)
    #expect(JSONValue.string("3").intValue == nil)
    #expect(JSONValue.bool(true).intValue == nil)
  }

  @Test func changesMembers() {
    var value: JSONValue = ["a": 1]
    value["b"] = 2
    value["a"] = nil
    #expect(value == ["b": 2])
    #expect(JSONValue.array([1])["a"] == nil)
  }
}
