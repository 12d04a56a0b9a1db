import Testing

/// What a cell means when its names have meant something before.
@Suite(.serialized) struct MeaningTests {
  @Test(arguments: cases) func meaning(_ cells: CellCase) { cells.check() }

  static let cases = [
    CellCase(
      "a variable of the same type is the same variable",
      CellStep(
        "let X = [1.0, 2.0]\nfunc total() -> Double { X.reduce(0, +) }\nlet f = { X.count }"),
      CellStep("let X = [10.0, 20.0, 30.0]"), CellStep("(total(), f())", .shows("(60.0, 3)"))),
    CellCase(
      "a variable of another type leaves the older one to its users",
      CellStep("let X = 1\nfunc twice() -> Int { 2 * X }"), CellStep("let X = \"one\""),
      CellStep("(X, twice())", .shows("(\"one\", 2)")), CellStep("let X = 5"),
      CellStep("X", .shows("5"))),
    CellCase(
      "a value that is declared again frees the older one",
      CellStep(
        "class Held { let n: Int; init(_ n: Int) { self.n = n }; deinit { print(\"free\", n) } }"),
      CellStep("let held = Held(1)"), CellStep("let held = Held(2)", .prints("free 1\n")),
      CellStep("var held = [Held(3)]", .prints("free 2\n")),
      CellStep("held = []", .prints("free 3\n"))),
    CellCase(
      "the same text is the same type",
      CellStep("struct Model { var w = 1.0 }\nfunc run(_ m: Model) -> Double { m.w }"),
      CellStep("let m = Model(w: 3)"), CellStep("struct Model { var w = 1.0 }"),
      CellStep("run(Model(w: 2)) + run(m)", .shows("5.0"))),
    CellCase(
      "members and variables of one name",
      CellStep("struct Point { var x = 1; func f() -> Int { x } }\nlet p = Point()"),
      CellStep("let x = \"unrelated\""),
      CellStep("struct Point { var x = 1; func f() -> Int { x } }"),
      CellStep("[p, Point()].map { $0.f() }", .shows("[1, 1]"))),
    CellCase(
      "a type whose parts changed is another",
      CellStep("struct A { var n = 1 }"), CellStep("struct B { var a = A() }\nlet old = B()"),
      CellStep("struct A { var n = 1.5 }"), CellStep("struct B { var a = A() }"),
      CellStep("B().a.n", .shows("1.5")), CellStep("old.a.n", .shows("1"))),
    CellCase(
      "a changed type says which cells to run again",
      CellStep("struct V { var x = 1 }\nfunc show(_ v: V) -> Int { v.x }"),
      CellStep("struct V { var x = \"a\" }"),
      CellStep("show(V())", .fails("CompileError", "run that cell again"))),
    CellCase(
      "types that were declared anew keep their names", CellStep("struct V { var x = 1 }"),
      CellStep("struct V { var y = 2 }"),
      CellStep("print(V(), V.self, [V()])", .prints("V(y: 2) V [main.V(y: 2)]\n")),
      CellStep("\"\\(V.self)\".count", .shows("1"))),
    CellCase(
      "a changed default argument",
      CellStep("func f(_ x: Int = 1) -> Int { x }\nfunc g() -> Int { f(5) }"),
      CellStep("func f(_ x: Int = 2) -> Int { x * 10 }"), CellStep("(f(), g())", .shows("(20, 50)"))
    ),
    CellCase(
      "a renamed generic parameter", CellStep("func f<T>(_ x: T) -> String { \"T \\(x)\" }"),
      CellStep("func f<U>(_ y: U) -> String { \"U \\(y)\" }"), CellStep("f(1)", .shows("\"U 1\""))),
    CellCase(
      "a type and its extension in one cell",
      CellStep("struct S { var n = 1 }\nextension S { func half() -> Int { n / 2 } }"),
      CellStep("let s = S()"),
      CellStep("struct S { var n = 1 }\nextension S { func half() -> Double { Double(n) / 2 } }"),
      CellStep("s.half()", .shows("0.5"))),
    CellCase(
      "stored properties keep the types that they had",
      CellStep("func start() -> Int { 1 }\nlet k = 2"),
      CellStep("struct P { var a = start(); var b = k; var c = 3 }\nlet p = P()"),
      CellStep("func start() -> String { \"a long text that takes more room\" }\nlet k = [1, 2]"),
      CellStep("(p.a, p.b, p.c, P().c)", .shows("(1, 2, 3, 3)"))),
    CellCase(
      "overrides over three cells",
      CellStep("class A { func f() -> String { \"A\" } }"),
      CellStep("class B: A { override func f() -> String { \"B\" } }"), CellStep("class C: B {}"),
      CellStep("C().f()", .shows("\"B\""))),
    CellCase(
      "an own function of the library's name",
      CellStep("func sqrt(_ x: Double) -> Double { -x }"), CellStep("sqrt(4.0)", .shows("-4.0"))),
    CellCase(
      "a condition at the end of a value",
      CellStep("let numbers = [1, 2, 3]\n#if os(Linux)\n.filter { $0 > 1 }\n#endif"),
      CellStep("numbers", .shows("[2, 3]")),
      CellStep("[1, 2]\n#if os(Linux)\n.map { $0 * 2 }\n#endif", .shows("[2, 4]"))),
    CellCase(
      "notes point into the cell that they mean",
      CellStep("\n  let fixed = 3"),
      CellStep("fixed = 4", .fails("CompileError", "2 |   let fixed = 3"))),
    CellCase(
      "errors have names that stay",
      CellStep("func fail() throws { struct Inner: Error {}; throw Inner() }"),
      CellStep("try fail()", .fails("Inner"))),
    CellCase(
      "a name that another cell declares",
      CellStep("use(later)", .fails("CompileError", "cannot find 'later'")),
      CellStep("let later = 1\nlet broken: Int = \"\"", .fails("CompileError")),
      CellStep("later", .fails("CompileError", "'later' is declared in Cell["))),
    CellCase(
      "two cells that need each other",
      CellStep("func even(_ n: Int) -> Bool { n == 0 || odd(n - 1) }", .fails("CompileError")),
      CellStep(
        "func odd(_ n: Int) -> Bool { n != 0 && even(n - 1) }",
        .fails("CompileError", "which needs 'odd' of this one: join the two cells")),
      CellStep(
        """
        func even(_ n: Int) -> Bool { n == 0 || odd(n - 1) }
        func odd(_ n: Int) -> Bool { n != 0 && even(n - 1) }
        """),
      CellStep(
        """
        func even(_ n: Int) -> Bool { n == 0 || odd(n - 1) }
        func odd(_ n: Int) -> Bool { n != 0 && even(n - 1) }
        """),
      CellStep("func odd(_ n: Int) -> Bool { print(n); return n != 0 && even(n - 1) }"),
      CellStep("even(2)", .prints("1\n"))),
    CellCase(
      "what was refused for a later name, run when it is there, again, and edited",
      CellStep(
        "class Tree { var kids: [Leaf] = []; func add() -> Int { grow(self) } }",
        .fails("CompileError")),
      CellStep("struct Leaf { var n = 1 }"),
      CellStep(
        "class Tree { var kids: [Leaf] = []; func add() -> Int { grow(self) } }\nfunc grow(_ t: Tree) -> Int { t.kids.append(Leaf()); return t.kids.count }"
      ),
      CellStep("let tree = Tree()\ntree.add()", .shows("1")),
      CellStep("class Tree { var kids: [Leaf] = []; func add() -> Int { grow(self) } }"),
      CellStep("func grow(_ t: Tree) -> Int { t.kids.append(Leaf()); return 10 * t.kids.count }"),
      CellStep("tree.add()", .shows("20"))),
  ]
}
