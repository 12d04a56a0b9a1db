import Display
import KernelServer
import Testing

@Suite struct CodePointsTests {
  static let texts = ["", "abc", "é", "e\u{301}", "漢字", "🚀a🚀", "👩‍👩‍👧", "a\r\nb", "𝒳"]

  /// The definition: code points are what Python's strings are made of.
  @Test(arguments: texts)
  func agreesWithTheDefinition(text: String) {
    let scalars = Array(text.unicodeScalars)
    for position in 0...scalars.count {
      let offset = scalars[..<position].map { String($0).utf8.count }.reduce(0, +)
      #expect(CodePoints.utf8Offset(ofCodePoint: position, in: text) == offset)
      #expect(CodePoints.codePoint(ofUTF8Offset: offset, in: text) == position)
    }
  }

  /// The definition of the other unit: what strings of JavaScript are made of.
  @Test(arguments: texts)
  func countsUTF16Units(text: String) {
    let scalars = Array(text.unicodeScalars)
    for count in 0...scalars.count {
      let before = scalars[..<count].map(String.init).joined()
      let (offset, position) = (before.utf8.count, before.utf16.count)
      #expect(CodePoints.utf8Offset(ofCodePoint: position, in: text, unit: .utf16) == offset)
      #expect(CodePoints.codePoint(ofUTF8Offset: offset, in: text, unit: .utf16) == position)
    }
    #expect(CodePoints.utf8Offset(ofCodePoint: .max, in: text, unit: .utf16) == text.utf8.count)
  }

  @Test func halfOfAPairIsThePlaceBeforeIt() {
    #expect(CodePoints.utf8Offset(ofCodePoint: 1, in: "🚀a", unit: .utf16) == 0)
  }

  @Test(arguments: texts)
  func clampsPositionsOutside(text: String) {
    #expect(CodePoints.utf8Offset(ofCodePoint: -7, in: text) == 0)
    #expect(CodePoints.utf8Offset(ofCodePoint: .min, in: text) == 0)
    #expect(CodePoints.utf8Offset(ofCodePoint: .max, in: text) == text.utf8.count)
    #expect(CodePoints.codePoint(ofUTF8Offset: -1, in: text) == 0)
    #expect(CodePoints.codePoint(ofUTF8Offset: .max, in: text) == text.unicodeScalars.count)
  }
}

@Suite struct MimeBundleWireTests {
  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func encodesBytes(text: String, encoded: String) {
    #expect(base64(Array(text.utf8)) == encoded)
  }

  @Test func usesTheWholeAlphabet() {
    #expect(base64([0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF]) == "++++////")
  }

  @Test func sendsEachKindAsTheProtocolWants() {
    let bundle = MimeBundle(
      data: [
        "text/html; charset=utf-8": .text("<b>"), "image/png": .bytes([1, 2, 3]),
        "application/json": .json([1, nil]),
      ],
      metadata: ["image/png": ["width": 5]])
    #expect(
      bundle.wireData == ["text/html": "<b>", "image/png": "AQID", "application/json": [1, nil]])
    #expect(bundle.wireMetadata == ["image/png": ["width": 5]])
  }
}
