import CellEngine
import Foundation
import Testing

@Suite struct DirectiveParsingTests {
  @Test(arguments: [
    "let done = true\n!done", "!done", "let a = 7\n  % 3", "%unknown",
    "let s = \"\"\"\n%time x\n\"\"\"",
    "/*\n%time\n*/", "/* /* */\n%who\n*/", "x ? 1 : 2", "let s = #\"\"\"\n\"\"\"\n%who\n\"\"\"#",
    "let s = \"\"\"\n\\(f(\"\"))\n%cd\n\"\"\"", "%timeout", "%time_it()",
  ])
  func swiftIsLeftAlone(_ source: String) throws {
    let directive = try Directive.parse(source)
    #expect(directive == nil)
  }

  @Test(arguments: [
    "%time f()", "%who", "let s = \"/*\"\n%who", "// \"\"\"\n%who", "let s = \"src/*\" // /*\n%who",
    "let s = \"\\(\"\\\"\")\"\n%cd x", "!echo hi", "%%time\n1 + 1", "%%optimize\nf()", "?print",
    "print?", "\n\n%help", "  %env A=1", "let s = \"unclosed\n%who",
  ])
  func directivesAreFound(_ source: String) throws {
    let directive = try Directive.parse(source)
    #expect(directive != nil)
  }

  @Test func lineNumbersStayTrue() throws {
    let directive = try Directive.parse("let a = 1\n%time f()\nlet b = 2")
    #expect(
      directive?.pieces == [
        .swift("let a = 1"),
        .directive(DirectiveLine(word: .time, argument: "f()", line: 2)),
        .swift("\n\nlet b = 2"),
      ])
  }

  @Test func unknownCellDirectivesAreRefused() {
    #expect(throws: CellFailure.self) { try Directive.parse("%%nonsense\n1") }
  }

  @Test func wordsAreCompleted() {
    #expect(Directive.completions(in: "%ti", at: 3)?.items.map(\.text) == ["%time"])
    #expect(Directive.completions(in: "a % ti", at: 6) == nil)
  }
}

@Suite(.serialized) struct DirectiveTests {
  @Test(arguments: cases) func directive(_ cells: CellCase) { cells.check() }

  static let cases = [
    CellCase(
      "%time and text that looks like it", CellStep("%time let a = 6", .silent),
      CellStep("\"\"\"\n%time\n\"\"\"", .shows("\"%time\"")), CellStep("a", .shows("6")),
      CellStep("a\n  % 4", .shows("2")), CellStep("let done = true"),
      CellStep("!done", .shows("false"))),
    CellCase(
      "%%optimize", CellStep("%%optimize\nfunc sum(_ n: Int) -> Int { (0..<n).reduce(0, &+) }"),
      CellStep("sum(10)", .shows("45"))),
    CellCase(
      "%cd", CellStep("%cd /nonexistent", .fails("FileError", "cannot go to")),
      CellStep("%cd /usr", .prints("/usr\n")),
      CellStep("import Foundation\nFileManager.default.currentDirectoryPath", .shows("\"/usr\""))),
    CellCase(
      "%env", CellStep("%env ANSATZ_TEST=a b", .silent),
      CellStep("%env ANSATZ_TEST", .prints("a b\n")),
      CellStep("import Foundation\nString(cString: getenv(\"ANSATZ_TEST\"))", .shows("\"a b\"")),
      CellStep("!echo $ANSATZ_TEST", .prints("a b\n"))),
    CellCase(
      "!", CellStep("!echo one\n!echo two", .prints("one\ntwo\n")),
      CellStep("!false", .fails("ShellError"))),
    CellCase(
      "%reset", CellStep("let gone = 1"), CellStep("%reset"),
      CellStep("gone", .fails("CompileError", "cannot find 'gone'"))),
    CellCase("%who", CellStep("%who", .shows("no names are defined yet"))),
    CellCase("?", CellStep("?nothingOfThatName", .fails("NotFound")), CellStep("?print")),
  ]

  @Test func exportAndLoad() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try CellDriver.shared.alone { driver in
      driver.run("%cd \(folder)")
      driver.run("let exported = 1")
      driver.run("let broken: Int = \"\"")
      #expect(driver.run("%export out.swift").failure == nil)
      let text = try String(contentsOfFile: "\(folder)/out.swift", encoding: .utf8)
      #expect(text.contains("let exported = 1") && !text.contains("broken"))
      let loaded = driver.run("%load out.swift")
      guard case .setNextInput(let input, true)? = loaded.requests.first else {
        Issue.record("nothing was loaded: \(loaded)")
        return
      }
      #expect(input == text)
      #expect(driver.run("%load missing.swift").failure?.name == "FileError")
    }
  }

  @Test func packagesByPath() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sources = "\(folder)/Greeting/Sources/Greeting"
    try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
    try """
    // swift-tools-version: 5.9
    import PackageDescription
    let package = Package(
      name: "Greeting", products: [.library(name: "Greeting", targets: ["Greeting"])],
      targets: [.target(name: "Greeting")])
    """.write(toFile: "\(folder)/Greeting/Package.swift", atomically: true, encoding: .utf8)
    try "public func greeting() -> String { \"hello\" }\n".write(
      toFile: "\(sources)/Greeting.swift", atomically: true, encoding: .utf8)
    CellDriver.shared.alone { driver in
      let added = driver.run("%package \(folder)/Greeting")
      #expect(added.failure == nil, "\(added)")
      #expect(driver.run("import Greeting\ngreeting()").result == "\"hello\"")
      #expect(driver.run("%package \(folder)/Nothing").failure?.name == "PackageError")
    }
  }

  private func temporaryFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "ansatz-test-\(UInt32.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}
