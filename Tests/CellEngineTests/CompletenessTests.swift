import CellEngine
import Testing

@Suite struct CompletenessTests {
  @Test(arguments: [
    "", "1 + 1", "let a = [1,\n2]", "if a {\n}", "func f() {}", "%time f()", "!echo", "/* a */ 1",
    "\"\"\"\na\n\"\"\"", "// {", "\"{\"", "// comment", "#if A\n#endif",
    "#if A\nf()\n#else\ng()\n#endif",
    "repeat {} while a", "for i in 0..<3 { print(i) }", "for i in 0..<3\n{\n}",
    "@MainActor class A {}", "@discardableResult\nfunc f() -> Int { 1 }", "class A<T> {}",
    "struct A<T> where T: P {}", "do {} catch {}", "if a {} else if b {} else {}", "return",
    "outer: for i in a { break outer }", "let r = /abc/", "protocol P { func f() }",
    "let (a, b) = c",
    "enum E { case a, b }", "let x = if a { 1 } else { 2 }", "func f<T>(_ x: T) where T: P {}",
    "a\n  .b()\n  .c()", "switch a { case 1: b\ndefault: c }", "let s = \"\\(f(\"a\"))\"",
    "let s = #\"\\\"#", "x.map { $0 }", "{ }()", "%%time\nf()", "infix operator +++",
    "func + (a: V, b: V) -> V { a }", "var x: Int { 3 }", "init() {}", "a; b;", "`class` = 1",
    "@_silgen_name(\"f\") func f()", "%env A=\"{\"", "?print", "import Foundation",
  ])
  func wholeCells(_ source: String) { #expect(CompletenessCheck.check(source) == .complete) }

  @Test(arguments: [
    ("func f() {", "  "), ("if a {\n  for b in c {", "    "), ("let a = [", "  "), ("f(1,", "  "),
    ("let a =", ""), ("1 +", ""), ("\"\"\"\nabc", ""), ("/* open", "  "), ("a /* open", "  "),
    ("#if DEBUG", ""), ("#if DEBUG\nlet a = 1", ""), ("#if A\nf()\n#else", ""), ("#if", ""),
    ("@discardableResult", ""), ("@MainActor", ""), ("@available(macOS 10, *)", ""),
    ("@propertyWrapper struct A", ""), ("public", ""), ("indirect enum E", ""),
    ("for i in 0..<3", ""), ("for i in", ""), ("for i", ""), ("for try await x in y", ""),
    ("repeat {}", ""), ("repeat {\n}", ""), ("repeat {", "  "), ("class A<T>", ""),
    ("class A<T", ""),
    ("struct A", ""), ("struct A<T> where T:", ""), ("extension A", ""), ("extension A where", ""),
    ("enum E: Int", ""), ("protocol P", ""), ("actor A {", "  "), ("class A {\n  init() {", "    "),
    ("func f()", ""), ("func f() -> Int", ""), ("func f() ->", ""), ("func f() async throws", ""),
    ("func f<T>(_ x: T) where T", ""), ("func f(", "  "), ("func", ""), ("func +", ""),
    ("init()", ""), ("subscript(i: Int) -> Int", ""), ("if x", ""), ("if x {} else", ""),
    ("if x {} else if y", ""), ("if let x = y,", ""), ("if case .a = b", ""), ("while x", ""),
    ("guard let x = y", ""), ("guard let x = y else", ""), ("guard let x = y else {", "  "),
    ("switch x", ""), ("switch x {", "  "), ("switch x {\ncase 1:", "  "), ("do", ""),
    ("defer", ""),
    ("do {} catch", ""), ("try", ""), ("let x = try await", ""), ("throw", ""), ("import", ""),
    ("typealias A =", ""), ("let x: ", ""), ("let x: [Int", "  "), ("let x: [Int: ", "  "),
    ("x.", ""),
    ("a ? b", ""), ("a ??", ""), ("x as", ""), ("a = b =", ""), ("a &&", ""), ("outer:", ""),
    ("let f = { x in", "  "), ("x.map {", "  "), ("f(a, g(b,", "    "), ("[1: [2,", "    "),
    ("let x = if a { 1 } else", ""), ("precedencegroup X", ""), ("infix operator", ""),
    ("let", ""), ("var x: Int {", "  "), ("let s = \"\\(a)\" +", ""), ("%%time", ""),
    ("struct S {\n  var a: Int {\n    get {", "      "), ("f(1,\n  2,", "  "),
    ("\"\"\"\n\\(a", "  "),
    ("let a = [\n  \"x\": 1,", "  "), ("enum E {\n  case a,", "  "),
    ("class A {\n  @Published", "  "),
    ("class A {\n  func f() -> Int", "  "), ("if a, \n  let b = c {", "  "),
    ("x.map { $0 }\n  .filter {", "  "),
  ])
  func openCells(_ source: String, _ indent: String) {
    #expect(CompletenessCheck.check(source) == .incomplete(indent: indent))
  }

  @Test(arguments: [
    "}", "let a = )", "[1, 2)", "let let = =", "let a = 1 2", "foo bar", "let 3 = x", "#endif",
    "else {}", "let s = \"abc", "let s = #\"abc", "f(\"abc", "1 +* / 2", "0x", "#elseif x", "`abc",
    "let let = = {", "func f() { let let = =", "if x } {", "for for in x", "class class {}",
    "let a = 1 2\nfor i in 0..<3", "struct 3 {", "a b {", "var = 3", "func (", "f(1 2",
  ])
  func brokenCells(_ source: String) {
    #expect(CompletenessCheck.check(source) == .invalid)
  }
}
