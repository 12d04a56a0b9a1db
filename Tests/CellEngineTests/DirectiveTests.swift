import CellEngine
import Foundation
import Testing

@Suite struct DirectiveParsingTests {
  @Test(arguments: [
    "let done = true\n!done", "!done", "let a = 7\n  % 3", "%unknown",
    "let s = \"\"\"\n%time x\n\"\"\"",
    "/*\n%time\n*/", "/* /* */\n%who\n*/", "x ? 1 : 2", "let s = #\"\"\"\n\"\"\"\n%who\n\"\"\"#",
    "let s = \"\"\"\n\\(f(\"\"))\n%cd\n\"\"\"", "%timeout", "%time_it()",
    "!(a || b)", "!done && !other", "let a = b &&\n  !ls", "func f() -> Bool {\n  !echo\n}",
    "let ls = true\n!ls", "f(\n  !ls\n)", "[\n!true,\n!false]", "!a.isEmpty", "!{ true }()", "!-x",
    "!!a",
    "let a =\n  // why\n  !ls", "/*\n!ls\n*/", "let s = \"\"\"\n!ls\n\"\"\"", "!", "! ",
  ])
  func swiftIsLeftAlone(_ source: String) throws {
    let directive = try Directive.parse(source)
    #expect(directive == nil)
  }

  @Test(arguments: [
    "%time f()", "%who", "let s = \"/*\"\n%who", "// \"\"\"\n%who", "let s = \"src/*\" // /*\n%who",
    "let s = \"\\(\"\\\"\")\"\n%cd x", "!echo hi", "%%time\n1 + 1", "%%optimize\nf()", "?print",
    "print?", "\n\n%help", "  %env A=1", "let s = \"unclosed\n%who",
    "!for i in 1 2; do echo $i; done", "!(cd /tmp && ls)", "!FOO=1 env", "let a = 1\n!ls -l",
    "%cd ..\n!ls", "!nosuch --version", "!./run", "!~/run x", "!$HOME/x", "! ls", "!{ ls; }",
    "let a = [\n1]\n!ls", "!if true; then ls; fi", "!\"/bin/ls\" -l", "!echo (\n!echo 1",
    "!while true; do break; done",
    "let a = 1 // &&\n!ls", "!ls; true", "![ -e /tmp ] && ls", "!nosuch/prog", "f { $0 }\n\n!ls",
  ])
  func directivesAreFound(_ source: String) throws {
    let directive = try Directive.parse(source)
    #expect(directive != nil)
  }

  @Test func earlierCellsDeclareNames() throws {
    #expect(try Directive.parse("!test", declared: ["test"]) == nil)
    #expect(try Directive.parse("!test -e /", declared: []) != nil)
  }

  @Test func commandsGoOnBehindABackslash() throws {
    let directive = try Directive.parse("!ls \\\n  -l\n1 + 1")
    #expect(
      directive?.pieces == [
        .directive(DirectiveLine(word: .shell, argument: "ls \\\n  -l", line: 1)),
        .swift("\n\n1 + 1"),
      ])
  }

  @Test func directivesInsideOfBracesAreRefused() {
    #expect(throws: CellFailure.self) { try Directive.parse("for i in a {\n  %time f()\n}") }
  }

  @Test func directivesInATimedCell() throws {
    let directive = try Directive.parse("%%time\nlet a = 1\n!ls\na")
    #expect(directive?.isTimed == true && directive?.pieces.count == 3)
  }

  @Test(arguments: ["\r\n", "\r"]) func otherLineEnds(end: String) throws {
    let directive = try Directive.parse("let a = 1\(end)%who\(end)a")
    #expect(directive?.pieces.count == 3)
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

  @Test func filesAndProgramsAreCompleted() throws {
    let folder = NSTemporaryDirectory() + "ansatz-test-\(UInt32.random(in: 0...(.max)))"
    let files = FileManager.default
    try files.createDirectory(atPath: "\(folder)/a folder", withIntermediateDirectories: true)
    try "".write(toFile: "\(folder)/data.csv", atomically: true, encoding: .utf8)
    defer { try? files.removeItem(atPath: folder) }
    func texts(_ line: String) -> [String]? {
      Directive.completions(in: line, at: line.utf8.count, directory: folder)?.items.map(\.text)
    }
    #expect(texts("!ls ") == ["a\\ folder/", "data.csv"])
    #expect(texts("!cat da") == ["data.csv"])
    #expect(texts("!ls \(folder)/d") == ["\(folder)/data.csv"])
    #expect(texts("1\n!sort <da") == ["data.csv"])
    #expect(texts("%cd a") == ["a folder/"] && texts("%cd \"a f") == ["\"a folder/"])
    #expect(texts("%load d") == ["data.csv"] && texts("%cd d") == [])
    #expect(texts("!ls | sor")?.contains("sort") == true)
    #expect(texts("!ls /us")?.contains("/usr/") == true)
    #expect(texts("%env PAT")?.contains("PATH") == true)
    #expect(texts("%time da") == nil && texts("let a = !da") == nil && texts("!a.isEm") == nil)
    let completions = Directive.completions(in: "1\n!cat da", at: 9, directory: folder)
    #expect(completions?.replacing == 7..<9)
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
      CellStep("!echo $ANSATZ_TEST", .prints("a b\n")),
      CellStep("%env ANSATZ_TEST=", .silent), CellStep("!echo [$ANSATZ_TEST]", .prints("[]\n")),
      CellStep("%env =x", .fails("EnvironmentError"))),
    CellCase(
      "paths in quotes", CellStep("!mkdir -p '/tmp/ansatz a folder'"),
      CellStep("%cd \"/tmp/ansatz a folder\"", .prints("/tmp/ansatz a folder\n")),
      CellStep("%cd '/tmp/ansatz a folder'", .prints("/tmp/ansatz a folder\n")),
      CellStep(
        "%cd /tmp/ansatz\\ a\\ folder\n!pwd",
        .prints("/tmp/ansatz a folder\n/tmp/ansatz a folder\n")),
      CellStep("!rmdir '/tmp/ansatz a folder'")),
    CellCase(
      "%time of anything", CellStep("%time", .fails("MissingArgument")),
      CellStep("%time %time let timed = 6"), CellStep("timed", .shows("6")),
      CellStep("%time !true"), CellStep("%%time\nlet b = 2\n!true\nb", .shows("2"))),
    CellCase(
      "!", CellStep("!echo one\n!echo two", .prints("one\ntwo\n")),
      CellStep("!false", .fails("ShellError")),
      CellStep("!for i in 1 2; do echo $i; done", .prints("1\n2\n")),
      CellStep("!(cd /usr && pwd)", .prints("/usr\n")),
      CellStep("!FOO=1 env | grep ^FOO", .prints("FOO=1\n")),
      CellStep("!nosuchprogram --x", .fails("ShellError", "no program 'nosuchprogram'")),
      CellStep("let test = true"), CellStep("!test", .shows("false"))),
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
