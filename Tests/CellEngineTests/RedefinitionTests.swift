import Testing

/// Whatever a name was, it can be made anew; earlier callers use functions of the same signature.
@Suite(.serialized) struct RedefinitionTests {
  @Test(arguments: replacements) func replacement(_ cells: CellCase) { cells.check() }
  @Test(arguments: shadows) func shadowing(_ cells: CellCase) { cells.check() }

  /// A function, a caller, the new function, and what the caller says before and after.
  private static func replaced(
    _ name: String, _ first: String, _ second: String, call: String, _ before: String,
    _ after: String
  ) -> CellCase {
    CellCase(
      name, CellStep(first), CellStep(call, .shows(before)), CellStep(second),
      CellStep(call, .shows(after)), CellStep(second), CellStep(call, .shows(after)))
  }

  static let replacements = [
    replaced(
      "recursion", "func f(_ n: Int) -> Int { n < 2 ? 1 : n * f(n - 1) }\nfunc g() -> Int { f(5) }",
      "func f(_ n: Int) -> Int { n < 2 ? 2 : n * f(n - 1) }", call: "g()", "120", "240"),
    replaced(
      "generics, throwing",

      """
      func f<T: Equatable>(_ a: T, _ b: T) throws -> Bool { a == b }
      func g() throws -> Bool { try f(1, 1) }
      """,
      "func f<T: Equatable>(_ a: T, _ b: T) throws -> Bool { a != b }", call: "try g()", "true",
      "false"),
    replaced(
      "async", "func f() async -> Int { 1 }\nfunc g() async -> Int { await f() }",
      "func f() async -> Int { await Task.yield(); return 2 }", call: "await g()", "1", "2"),
    replaced(
      "inout and default arguments",

      """
      func f(_ x: inout Int, by n: Int = 2) { x += n }
      func g() -> Int { var x = 1; f(&x); return x }
      """,
      "func f(_ x: inout Int, by n: Int = 2) { x -= n }", call: "g()", "3", "-1"),
    replaced(
      "autoclosures and closures",

      """
      func f(_ x: @autoclosure () -> Int, _ y: (Int) -> Int) -> Int { y(x()) }
      func g() -> Int { f(3) { $0 * 2 } }
      """,
      "func f(_ x: @autoclosure () -> Int, _ y: (Int) -> Int) -> Int { y(x()) + 100 }",
      call: "g()", "6", "106"),
    replaced(
      "static methods",
      "struct S { static func f() -> Int { 1 } }\nfunc g() -> Int { S.f() }",
      "extension S { static func f() -> Int { 2 } }", call: "g()", "1", "2"),
    replaced(
      "computed properties",
      "struct S { var n = 1; var f: Int { n } }\nfunc g() -> Int { S().f }",
      "extension S { var f: Int { n * 10 } }", call: "g()", "1", "10"),
    replaced(
      "methods of extensions",
      "extension Int { func tripled() -> Int { self * 3 } }\nfunc g() -> Int { 2.tripled() }",
      "extension Int { func tripled() -> Int { self * 30 } }", call: "g()", "6", "60"),
    replaced(
      "mutating methods",

      """
      struct S { var n = 1; mutating func up() { n += 1 } }
      func g() -> Int { var s = S(); s.up(); return s.n }
      """,
      "extension S { mutating func up() { n += 50 } }", call: "g()", "2", "51"),
    replaced(
      "initialisers of extensions",
      "struct S { var n: Int }\nextension S { init(twice k: Int) { self.init(n: 2 * k) } }",
      "extension S { init(twice k: Int) { self.init(n: 20 * k) } }", call: "S(twice: 2).n", "4",
      "40"),
    replaced(
      "subscripts of extensions",
      "extension Array { subscript(wrapped i: Int) -> Element { self[i % count] } }",
      "extension Array { subscript(wrapped i: Int) -> Element { self[(i + 1) % count] } }",
      call: "[1, 2, 3][wrapped: 4]", "2", "3"),
    replaced(
      "operators", "infix operator <+>: AdditionPrecedence\nfunc <+> (a: Int, b: Int) -> Int { a }",
      "infix operator <+>: AdditionPrecedence\nfunc <+> (a: Int, b: Int) -> Int { b }",
      call: "1 <+> 2", "1", "2"),
    replaced(
      "prefix operators", "prefix operator ¬\nprefix func ¬ (x: Bool) -> Bool { !x }",
      "prefix operator ¬\nprefix func ¬ (x: Bool) -> Bool { x }", call: "¬true", "false", "true"),
    replaced(
      "precedence groups",

      """
      precedencegroup P { associativity: right }
      infix operator **: P
      func ** (a: Int, b: Int) -> Int { a - b }
      """,

      """
      precedencegroup P { associativity: left }
      infix operator **: P
      func ** (a: Int, b: Int) -> Int { a - b }
      """,
      call: "2 ** 3 ** 2", "1", "-3"),
    replaced(
      "a conformance with an operator",

      """
      struct V { var n: Int }
      extension V: Equatable { static func == (a: V, b: V) -> Bool { a.n == b.n } }
      """,
      "extension V: Equatable { static func == (a: V, b: V) -> Bool { a.n != b.n } }",
      call: "[V(n: 1)].contains(V(n: 1))", "true", "false"),
    replaced(
      "a conformance with an initialiser",

      """
      struct V { var n: Int }
      extension V: ExpressibleByIntegerLiteral { init(integerLiteral n: Int) { self.init(n: \
      n) } }
      """,

      """
      extension V: ExpressibleByIntegerLiteral { init(integerLiteral n: Int) { self.init(n: n \
      * 10) } }
      """,
      call: "(3 as V).n", "3", "30"),
    replaced(
      "a conformance with a property",

      """
      struct V { var n: Int }
      extension V: CustomStringConvertible { var description: String { "v\\(n)" } }
      """,
      "extension V: CustomStringConvertible { var description: String { \"V\\(n)\" } }",
      call: "\"\\(V(n: 1))\"", "\"v1\"", "\"V1\""),
    replaced(
      "functions without parameter names", "func f(_: Int) -> Int { 1 }",
      "func f(_: Int) -> Int { 2 }", call: "f(0)", "1", "2"),
    replaced(
      "variadic functions", "func f(_ x: Int...) -> Int { x.count }",
      "func f(_ x: Int...) -> Int { -x.count }", call: "f(1, 2)", "2", "-2"),
    replaced(
      "opaque results", "func f() -> some Collection<Int> { [1] }",
      "func f() -> some Collection<Int> { 0..<2 }", call: "f().count", "1", "2"),
    replaced(
      "computed variables", "var area: Double { 2 }\nfunc g() -> Double { area }",
      "var area: Double { 3 }", call: "g()", "2.0", "3.0"),
    replaced(
      "nested types of extensions",

      """
      extension Int {
        enum Kind { case odd, even }; var kind: Kind { self % 2 == 0 ? .even : .odd }
      }
      """,

      """
      extension Int {
        enum Kind { case odd, even, zero }
        var kind: Kind { self == 0 ? .zero : self % 2 == 0 ? .even : .odd }
      }
      """,
      call: "\"\\(0.kind)\"", "\"even\"", "\"zero\""),
    replaced(
      "members of another type", "extension Int { func half() -> Int { self / 2 } }",
      "extension Int { func half() -> Double { Double(self) / 2 } }", call: "3.half()", "1",
      "1.5"),
    replaced(
      "operators of another type",
      "infix operator <+>\nfunc <+> (a: Int, b: Int) -> Int { a + b }",
      "func <+> (a: Int, b: Int) -> String { \"\\(a)\\(b)\" }", call: "1 <+> 2", "3", "\"12\""),
  ]

  static let shadows = [
    CellCase(
      "another type", CellStep("var x = 1"), CellStep("var x = \"one\""),
      CellStep("x", .shows("\"one\"")), CellStep("func x() -> Int { 3 }"),
      CellStep("x()", .shows("3")), CellStep("struct x {}"), CellStep("x()", .shows("x()")),
      CellStep("let x = [1]"), CellStep("x", .shows("[1]"))),
    CellCase(
      "a value made of its older self", CellStep("let x = 1"), CellStep("let x = x + 1"),
      CellStep("let x = [x, x].map { x in x * 2 }"), CellStep("x", .shows("[4, 4]")),
      CellStep("let (x, y) = (x.count, x[0])"), CellStep("(x, y)", .shows("(2, 4)")),
      CellStep("print(x); let x = 5", .prints("2\n")), CellStep("x", .shows("5"))),
    CellCase(
      "types of another shape",
      CellStep("struct P { var x = 1 }\nlet old = P()\nfunc show(_ p: P) -> Int { p.x }"),
      CellStep("struct P { var y = \"a\" }"), CellStep("P()", .shows("P(y: \"a\")")),
      CellStep("show(old)", .shows("1")), CellStep("show(P())", .fails("CompileError")),
      CellStep("enum P { case only }"), CellStep("P.only", .shows("P.only"))),
    CellCase(
      "protocols and conformances",
      CellStep(
        """
        protocol Shape { var area: Double { get } }
        struct Sq: Shape { var area: Double { 4 } }
        """),
      CellStep("protocol Shape { var area: Double { get }; var name: String { get } }"),
      CellStep("struct Sq: Shape { var area: Double { 9 }; var name: String { \"sq\" } }"),
      CellStep("(Sq() as any Shape).name", .shows("\"sq\""))),
    CellCase(
      "static values of extensions", CellStep("struct S { var n = 0 }"),
      CellStep("extension S { static let one = S(n: 1); static var count = 0 }"),
      CellStep("extension S { static let one = S(n: 2); static var count = 7 }"),
      CellStep("(S.one.n, S.count)", .shows("(2, 7)"))),
    CellCase(
      "another signature", CellStep("func f(_ x: Int) -> Int { x }\nfunc g() -> Int { f(1) }"),
      CellStep("func f(_ x: Int) -> String { \"s\\(x)\" }"), CellStep("f(1)", .shows("\"s1\"")),
      CellStep("g()", .shows("1"))),
    CellCase(
      "names of the standard library",
      CellStep("func print(_ x: Int) { Swift.print(\"mine\", x) }\nstruct Data { var n = 1 }"),
      CellStep("print(\"a\"); print(3)", .prints("a\nmine 3\n")),
      CellStep("import Foundation"), CellStep("Data().n", .shows("1"))),
    CellCase(
      "a failed cell leaves no names", CellStep("let kept = 1"),
      CellStep("let kept = 2\nlet other = 3\nlet wrong: Int = \"x\"", .fails("CompileError")),
      CellStep("kept", .shows("1")),
      CellStep("other", .fails("CompileError", "cannot find 'other'"))),
    CellCase(
      "names that were never set", CellStep("let older = 1"),
      CellStep(
        """
        let first = 1
        var early: Int
        fatalError()
        let older = 2
        let late = 3
        """, .fails("FatalError")),
      CellStep("first", .shows("1")), CellStep("older", .shows("1")),
      CellStep("late", .fails("CompileError", "before it had a value")),
      CellStep("early", .fails("CompileError", "before it had a value"))),
  ]

  /// The same cell, edited: what its older text overloaded is gone.
  @Test func anEditedCellReplacesItsNames() {
    CellDriver.shared.alone { driver in
      driver.run("func f(_ x: Int) -> Int { 1 }", cellID: "a")
      driver.run("func f(_ x: Double) -> Int { 2 }", cellID: "a")
      #expect(driver.run("f(1)").result == "2")
    }
  }

  @Test func sixtyCellsInAChain() {
    CellDriver.shared.alone { driver in
      driver.run("var chain0 = 0")
      for index in 1...60 {
        let outcome = driver.run("var chain\(index) = chain\(index - 1) + 1")
        #expect(outcome.failure == nil)
      }
      #expect(driver.run("chain60").result == "60")
    }
  }
}
