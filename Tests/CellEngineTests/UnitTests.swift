import CellEngine
import Display
import Foundation
import Testing

@Suite struct StreamSplitterTests {
  private static let mark = Array("\u{1B}_mark7;".utf8)
  private static let whole =
    Array("early".utf8) + mark + Array("o3;héllo\n".utf8) + mark + Array("e3;wrong".utf8) + mark
    + Array("d12;".utf8) + mark + Array("r0;".utf8) + Array("more \u{1B}_ma".utf8) + mark
    + Array("x3;".utf8)

  /// However the bytes are cut, the pieces say the same.
  @Test(arguments: 1...40) func splitsWhateverTheCuts(size: Int) {
    var splitter = StreamSplitter(mark: Self.mark)
    var found: [String] = []
    var open = ""
    func close() {
      if !open.isEmpty { found.append(open) }
      open = ""
    }
    for start in stride(from: 0, to: Self.whole.count, by: size) {
      for piece in splitter.split(Self.whole[start..<min(start + size, Self.whole.count)]) {
        switch piece {
        case .text(let text, let isError, let tag):
          let head = "\(isError ? "e" : "o")\(tag):"
          if !open.hasPrefix(head) {
            close()
            open = head
          }
          open += text
        case .display(let number):
          close()
          found.append("display \(number)")
        case .errors:
          close()
          found.append("errors")
        case .end(let tag):
          close()
          found.append("end \(tag)")
        }
      }
    }
    #expect(
      found == [
        "o0:early", "o3:héllo\n", "e3:wrong", "display 12", "errors", "e3:more \u{1B}_ma", "end 3",
      ])
  }

  @Test func bytesThatAreNoTextAreReplaced() {
    var splitter = StreamSplitter(mark: Self.mark)
    let pieces = splitter.split([0x61, 0xFF, 0x62])
    #expect(pieces == [.text("a\u{FFFD}b", isError: false, tag: 0)])
  }
}

@Suite struct LastWordsTests {
  @Test func messagesOfTrapsAreHeldBack() {
    var words = LastWords()
    let shown = words.filter("plain\nCell[1]/x.swift:1: Fatal error: stop\n")
    #expect(shown == "plain\n")
    #expect(words.isHolding)
    #expect(words.filter("rest\n").isEmpty)
    #expect(words.take() == "Cell[1]/x.swift:1: Fatal error: stop\nrest\n")
    #expect(!words.isHolding)
  }

  @Test func otherTextPasses() {
    var words = LastWords()
    #expect(words.filter("one\ntwo") == "one\ntwo")
    #expect(words.filter("") == "")
  }
}

@Suite struct EditedTextTests {
  @Test func editsAndTheWayBack() {
    var text = EditedText("let x = x\nx")
    text.insert("Cell1.", at: 8, rank: 5)
    text.insert(";step()", at: 9, rank: 20)
    text.replace(10..<11, with: "show(x)")
    let (result, map) = text.applied()
    #expect(result == "let x = Cell1.x;step()\nshow(x)")
    #expect(map.original(0) == 0)
    #expect(map.original(8) == 8 && map.isInserted(8))
    #expect(map.original(14) == 8 && !map.isInserted(14))
    #expect(map.original(22) == 9)
    #expect(map.original(23) == 10)
  }

  @Test func ranksOrderEditsAtOnePlace() {
    var text = EditedText("f()")
    text.insert(")", at: 3, rank: 10)
    text.insert("}", at: 3, rank: -1)
    text.insert("show(", at: 0, rank: -10)
    text.insert("{", at: 0, rank: 1)
    #expect(text.applied().text == "show({f()})")
  }

  @Test func nothingToDo() {
    let (text, map) = EditedText("é\n").applied()
    #expect(text == "é\n")
    #expect(map.original(2) == 2)
  }
}

@Suite struct DiagnosticRendererTests {
  private func render(_ source: String, offset: Int, ranges: [Range<Int>] = []) -> [String] {
    let diagnostic = CellDiagnostic(
      severity: .error, message: "no", identifier: "x", offset: offset, ranges: ranges,
      fixIts: [.init(range: offset..<offset + 1, text: "b")])
    return DiagnosticRenderer(source: source, cellName: "Cell[3]").render([diagnostic]).map(plain)
  }

  @Test func framesHaveCaretsAndAdvice() {
    #expect(
      render("let a = 1\na + c", offset: 14, ranges: [10..<11]) == [
        "error: no", " --> Cell[3]:2:5", "  |", "2 | a + c", "  | ^   ^",
        "  fix: replace 'c' with 'b'",
      ])
  }

  @Test func wideCharactersAndTabsMoveTheCaret() {
    #expect(render("🐶 = x", offset: 7)[4] == "  |      ^")
    #expect(render("\tx", offset: 1)[4] == "  |     ^")
  }

  @Test(arguments: [0, 3, 4]) func placesAtTheEdges(offset: Int) {
    #expect(!render("abc\n", offset: offset).isEmpty)
  }
}

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ("same", "same", 0), ("é", "e", 1),
  ])
  func distances(_ first: String, _ second: String, _ distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }
}

@Suite struct CompilerProcessTests {
  /// A process that grew large is replaced by one that is made beside it, in the same folder.
  @Test func twoProcessesOfASessionDoNotSeeEachOthersCells() throws {
    let toolchain = try Toolchain.current()
    let files = try SessionFiles(toolchain: toolchain, executable: CellDriver.executable)
    let setup = CompilerClient.Setup(
      executable: CellDriver.executable, toolchain: toolchain, files: files)
    let (old, new) = (try CompilerProcess(setup: setup), try CompilerProcess(setup: setup))
    defer {
      old.end()
      new.end()
    }
    @Sendable func compile(_ source: String, _ module: String, by process: CompilerProcess)
      -> JSONValue?
    {
      process.ask(
        [
          "type": "compile", "source": .string(source), "module": .string(module), "cell": "Cell",
          "trial": true,
        ], patience: 60)
    }
    let declared = try #require(compile("let shared = 21", "Shared", by: old))
    let record = try #require(declared["record"])
    _ = old.ask(["type": "commit", "record": record], patience: 60)
    // What one has written of the session stands when the other has compiled.
    _ = compile("shared + 1", "First", by: old)
    _ = compile("1", "Second", by: new)
    let folder = URL(fileURLWithPath: files.folder)
    let texts = try FileManager.default.contentsOfDirectory(atPath: files.folder)
      .filter { $0.hasPrefix("earlier") }
      .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
    #expect(texts.contains { $0.contains("shared") })
    // And at the same time.
    let others = Thread {
      for turn in 0..<60 { _ = compile("1", "Other\(turn)", by: new) }
    }
    others.start()
    var answers: [String] = []
    while !others.isFinished {
      answers.append(
        compile("shared + 1", "Own\(answers.count)", by: old)?["type"]?.stringValue ?? "none")
    }
    #expect(answers.count > 5)
    #expect(answers.allSatisfy { $0 == "compiled" }, "\(answers)")
  }
}
