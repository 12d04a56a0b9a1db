import Testing

/// Swift of every kind works in cells and stays for later ones.
@Suite(.serialized) struct LanguageTests {
  @Test(arguments: declarations) func declaration(_ cells: CellCase) { cells.check() }
  @Test(arguments: effects) func effect(_ cells: CellCase) { cells.check() }
  @Test(arguments: libraries) func library(_ cells: CellCase) { cells.check() }

  static let declarations = [
    CellCase(
      "patterns",
      CellStep("let (a, (b, _)) = (1, (2, 3)), c = 4; var d: [Int] = [5], e: String?", .silent),
      CellStep("(a, b, c, d, e)", .shows("(1, 2, 4, [5], nil)")),
      CellStep("d.append(6); e = \"x\""),
      CellStep("(d, e)", .shows("([5, 6], \"x\")"))),
    CellCase(
      "generics",
      CellStep(
        """
        struct Box<T> { var value: T; func map<U>(_ f: (T) -> U) -> Box<U> { .init(value: \
        f(value)) } }
        """),
      CellStep("func twice<T: AdditiveArithmetic>(_ x: T) -> T { x + x }"),
      CellStep("twice(Box(value: 2).map { Double($0) }.value)", .shows("4.0")),
      CellStep(
        """
        func count<each T>(_ x: repeat each T) -> Int { var n = 0; for _ in repeat each x { n \
        += 1 }; return n }
        """),
      CellStep("count(1, \"a\", 2.0)", .shows("3"))),
    CellCase(
      "values of types that their cell does not name",
      CellStep("struct Box { var value = 3 }"),
      CellStep("let box = Box()"),
      CellStep("let other = box\nlet boxes = [box, other]", .silent),
      CellStep("func total() -> Int { boxes.reduce(0) { $0 + $1.value } }"),
      CellStep("let pairs = zip(boxes, boxes).map { $0.0 }\npairs[0].value + total()", .shows("9"))),
    CellCase(
      "overloads across cells",
      CellStep("func kind(_ x: Int) -> String { \"int\" }"),
      CellStep("func kind(_ x: String) -> String { \"string\" }"),
      CellStep("func kind(_ x: Double) -> String { \"double\" }"),
      CellStep("[kind(1), kind(\"a\"), kind(1.5)]", .shows("[\"int\", \"string\", \"double\"]")),
      CellStep("func kind(_ x: Int) -> String { \"whole\" }"),
      CellStep("[kind(1), kind(\"a\")]", .shows("[\"whole\", \"string\"]"))),
    CellCase(
      "overloads that differ in their result",
      CellStep("func parse(_ s: String) -> Int { Int(s)! }"),
      CellStep("func parse(_ s: String) -> Double { Double(s)! }"),
      CellStep(
        "let n: Int = parse(\"3\")\nlet d: Double = parse(\"4\")\n(n, d)",
        .shows("(3, 4.0)")),
      CellStep("parse(\"5\")", .shows("5.0")),
      CellStep("struct S { func v(_ k: Int) -> Int { k } }"),
      CellStep("extension S { func v(_ k: Int) -> String { \"s\\(k)\" } }"),
      CellStep(
        "let (i, s): (Int, String) = (S().v(1), S().v(2))\n(i, s)",
        .shows("(1, \"s2\")")),
      // The first once more is the newest.
      CellStep("func parse(_ s: String) -> Int { Int(s)! }"),
      CellStep("parse(\"5\")", .shows("5"))),
    CellCase(
      "a program's own operator where the runtime has one",
      CellStep("func ** (a: Double, b: Double) -> Double { -a * b }"),
      CellStep("2.0 ** 3.0", .shows("-6.0"))),
    CellCase(
      "opaque types in tuples",
      CellStep("func two() -> (some Equatable, some Collection<Int>) { (1, [2, 3]) }"),
      CellStep("let pair = two()\nlet list = [two().1]", .silent),
      CellStep("(pair.1.count, list[0].first!)", .shows("(2, 2)"))),
    CellCase(
      "spans of earlier cells' variables",
      CellStep(
        """
        var x = [1, 2, 3]
        func sum(_ s: Span<Int>) -> Int { var n = 0; for i in s.indices { n += s[i] }; return n }
        """),
      CellStep("x.append(4)\nsum(x.span)", .shows("10")),
      CellStep("let first = x.span[0]\nif x.span.count == 4 { print(first) }", .prints("1\n")),
      CellStep("do { x.append(5); let s = x.span; print(s.count, sum(s)) }", .prints("5 15\n")),
      CellStep("[0, 1].map { x.span[$0] }", .shows("[1, 2]")),
      CellStep("func last() -> Int { x.span[x.count - 1] }\nlast()", .shows("5"))),
    CellCase(
      "classes and protocols",
      CellStep(
        """
        protocol Named { var name: String { get } }
        extension Named { func hello() -> String { "hello " + name } }
        """),
      CellStep(
        """
        class Animal: Named { var name: String; init(_ name: String) { self.name = name } }
        """),
      CellStep(
        """
        final class Dog: Animal { override func copy() -> Dog { Dog(name) } }
        """, .fails("CompileError", "override")),
      CellStep("final class Dog: Animal { deinit { print(\"gone\") } }"),
      CellStep("do { _ = Dog(\"Rex\").hello() }", .prints("gone\n")),
      CellStep("(Dog(\"Rex\") as any Named).hello()", .shows("\"hello Rex\""))),
    CellCase(
      "enums",
      CellStep("indirect enum Tree { case leaf, node(Tree, Int, Tree) }"),
      CellStep(
        """
        extension Tree { var sum: Int { switch self { case .leaf: 0; case let .node(l, v, r): \
        l.sum + v + r.sum } } }
        """),
      CellStep("Tree.node(.leaf, 3, .node(.leaf, 4, .leaf)).sum", .shows("7"))),
    CellCase(
      "actors",
      CellStep(
        """
        actor Counter { private(set) var n = 0; func add() -> Int { n += 1; return n } }
        let counter = Counter()
        """),
      CellStep("await counter.add()", .shows("1")),
      CellStep("await counter.add() + 1", .shows("3")),
      CellStep("await counter.n", .shows("2"))),
    CellCase(
      "operators",
      CellStep(
        """
        infix operator <+>: AdditionPrecedence
        func <+> (a: Int, b: Int) -> Int { a * 10 + b }
        """),
      CellStep("1 <+> 2 <+> 3", .shows("123")),
      CellStep("prefix operator √\nprefix func √ (x: Double) -> Double { x.squareRoot() }"),
      CellStep("√16.0", .shows("4.0"))),
    CellCase(
      "property wrappers",
      CellStep(
        """
        @propertyWrapper struct Clamped { var value = 0; var wrappedValue: Int { get { value } \
        set { value = min(newValue, 10) } } }
        """),
      CellStep("struct Holder { @Clamped var n: Int }\nvar holder = Holder(); holder.n = 99"),
      CellStep("holder.n", .shows("10"))),
    CellCase(
      "result builders",
      CellStep(
        """
        @resultBuilder enum Lines { static func buildBlock(_ parts: String...) -> String { \
        parts.joined(separator: "|") } }
        """),
      CellStep("func lines(@Lines _ body: () -> String) -> String { body() }"),
      CellStep("lines { \"a\"; \"b\" }", .shows("\"a|b\""))),
    CellCase(
      "closures capture top-level state",
      CellStep("var total = 0; let add = { (n: Int) in total += n }"),
      CellStep("add(3); add(4)", .silent),
      CellStep("total", .shows("7"))),
    CellCase(
      "regular expressions",
      CellStep("let words = /(?<first>\\w+) (\\w+)/"),
      CellStep("\"hello world\".firstMatch(of: words)!.first", .shows("\"hello\"")),
      CellStep(
        """
        "a1b22".matches(of: /[0-9]+/).map { String($0.output) }
        """, .shows("[\"1\", \"22\"]"))),
    CellCase(
      "names in other scripts and in backticks",
      CellStep("let größe = 3, 🐶 = \"Hund\", `class` = 1; func π() -> Double { 3.14 }"),
      CellStep("(größe, 🐶, `class`, π())", .shows("(3, \"Hund\", 1, 3.14)"))),
    CellCase(
      "conditional compilation",
      CellStep(
        """
        #if canImport(Darwin)
        import Darwin
        let platform = "mac", onlyThere = 1
        #elseif os(Windows) || arch(wasm32)
        import WinSDK
        #else
        import Glibc
        let platform = "linux"
        #endif
        """),
      CellStep("platform", .shows("\"linux\"")),
      CellStep("onlyThere", .fails("CompileError", "cannot find 'onlyThere'")),
      CellStep("#if DEBUG && os(Linux)\nlet mode = 1\n#else\nlet mode = 2\n#endif"),
      CellStep("mode", .shows("2"))),
    CellCase(
      "private members are shared by cells",
      CellStep(
        """
        struct S { private var n = 1; fileprivate func f() -> Int { n }; private(set) var q = 3 }
        """),
      CellStep("extension S { var m: Int { n + f() } }"), CellStep("S().m", .shows("2")),
      CellStep("private func hidden() -> Int { 4 }\nfileprivate let alone = 5"),
      CellStep("hidden() + alone", .shows("9"))),
    CellCase(
      "differentiable functions",
      CellStep(
        """
        import _Differentiation
        @differentiable(reverse) func sq(_ x: Double) -> Double { x * x }
        """),
      CellStep(
        """
        @differentiable(reverse) func cube(_ x: Double) -> Double { x * sq(x) }
        gradient(at: 3, of: cube)
        """, .shows("27.0"))),
    CellCase(
      "noncopyable values",
      CellStep("struct Token: ~Copyable { let id: Int; consuming func spend() -> Int { id } }"),
      CellStep("Token(id: 4).spend()", .shows("4"))),
  ]

  static let effects = [
    CellCase(
      "choices of values", CellStep("let q = 3"),
      CellStep("if q > 2 { \"big\" } else { \"small\" }", .shows("\"big\"")),
      CellStep("switch q { case 3: \"three\"; default: \"other\" }", .shows("\"three\"")),
      CellStep("if q > 2 { print(1) } else { print(2) }", .prints("1\n")),
      CellStep("#if os(Linux)\nq + 1\n#endif", .shows("4"))),
    CellCase(
      "top-level try and throw",
      CellStep(
        """
        struct Oops: Error { var code = 7 }
        func risky(_ fails: Bool) throws -> Int { if fails { throw Oops() }; return 1 }
        """),
      CellStep("let kept = 5\ntry risky(true)\nlet lost = 6", .fails("Oops", "Oops(code: 7)")),
      CellStep("kept", .shows("5")),
      CellStep("lost", .fails("CompileError", "before it had a value")),
      CellStep("try risky(false) + 1", .shows("2")),
      CellStep("(try? risky(true)) ?? -1", .shows("-1")),
      CellStep("do { try risky(true) } catch { print(error) }", .prints("Oops(code: 7)\n")),
      CellStep("throw Oops(code: 1)", .fails("Oops"))),
    CellCase(
      "await in every place",
      CellStep("func yes() async -> Bool { true }\nfunc list() async throws -> [Int] { [1, 2] }"),
      CellStep("if await yes() { print(\"if\") }", .prints("if\n")),
      CellStep("guard await yes() else { fatalError() }\nprint(\"on\")", .prints("on\n")),
      CellStep("var n = 0\nwhile await yes(), n < 3 { n += 1 }\nn", .shows("3")),
      CellStep("switch await yes() { case true: print(1); case false: print(0) }", .prints("1\n")),
      CellStep("for i in try await list() { print(i) }", .prints("1\n2\n")),
      CellStep(
        """
        let (p, q) = (await yes(), try await list().count)
        "\\(p) \\(q)"
        """, .shows("\"true 2\"")),
      CellStep("try await yes() ? list() : []", .shows("[1, 2]")),
      CellStep("print(\"\\(await yes())\")", .prints("true\n")),
      CellStep("do { print(try await list()[1]) } catch {}", .prints("2\n")),
      CellStep("let later = { await yes() }\nawait later()", .shows("true"))),
    CellCase(
      "for await",
      CellStep("for await i in AsyncStream<Int>(unfolding: { nil }) { print(i) }", .prints("")),
      CellStep(
        """
        let (stream, source) = AsyncStream.makeStream(of: Int.self); source.yield(1); \
        source.yield(2); source.finish()
        """),
      CellStep("var seen: [Int] = []\nfor await i in stream where i > 1 { seen.append(i) }"),
      CellStep("seen", .shows("[2]"))),
    CellCase(
      "async let",
      CellStep("func slow(_ n: Int) async throws -> Int { await Task.yield(); return n }"),
      CellStep(
        "async let a = try await slow(1)\nasync let b: Int = try await slow(2)\ntry await a + b",
        .shows("3")),
      CellStep("a + b", .shows("3")),
      CellStep("async let c = slow(3)\nasync let d = try slow(4)\ntry await c + d", .shows("7")),
      CellStep(
        """
        async let (e, (f, _)) = (slow(5), (slow(6), slow(0))), _ = slow(1)
        try await e + f
        """, .shows("11")),
      CellStep("[e, f]", .shows("[5, 6]")),
      CellStep(
        "async let never = try await slow(1)\nfatalError(\"stop\")", .fails("FatalError", "stop")),
      CellStep("never", .fails("CompileError", "before it had a value"))),
    CellCase(
      "tasks",
      CellStep("let task = Task { 42 }"),
      CellStep("await task.value", .shows("42")),
      CellStep(
        """
        await withTaskGroup(of: Int.self) { g in for i in 1...4 { g.addTask { i } }; return \
        await g.reduce(0, +) }
        """, .shows("10")),
      CellStep("@MainActor func onMain() -> Int { 5 }\nawait onMain()", .shows("5"))),
    CellCase(
      "the main actor without await, as in a program",
      CellStep("@MainActor final class Model { var n = 3; func step() throws { n += 1 } }"),
      CellStep("let model = Model(), other = 1"),
      CellStep("try model.step()\nmodel.n", .shows("4")),
      CellStep("model.n = 9\nfor _ in 0..<2 { try model.step() }"),
      CellStep("func later() async -> Int { 1 }"),
      CellStep("print(model.n, await later() + model.n)", .prints("11 12\n")),
      CellStep("if model.n > 10 { print(\"large\") }", .prints("large\n"))),
    CellCase(
      "the top level is on the main actor and the main thread",
      CellStep("import Foundation"),
      CellStep("@MainActor final class Model { var n = 3 }\nlet model = Model()"),
      CellStep("func now() -> Int { MainActor.assumeIsolated { model.n += 1; return model.n } }"),
      CellStep("now() + now()", .shows("9")),
      CellStep("Thread.isMainThread", .shows("true")),
      CellStep(
        """
        await Task.detached { Thread.isMainThread }.value
        """, .shows("false")),
      // Nothing else is on the main actor until the top level waits.
      CellStep(
        """
        var order: [String] = []
        MainActor.assumeIsolated { order.append("a") }
        let later = Task { @MainActor in order.append("c") }
        Thread.sleep(forTimeInterval: 0.05)
        order.append("b")
        await later.value
        order
        """, .shows(#"["a", "b", "c"]"#)),
      CellStep("MainActor.assumeIsolated { fatalError(\"held\") }", .fails("FatalError", "held")),
      CellStep("await MainActor.run { model.n }", .shows("5")),
      CellStep(
        "await Task.detached { MainActor.assumeIsolated { 1 } }.value", .fails("Trap"))),
    CellCase(
      "defer and guard",
      CellStep("do { defer { print(\"last\") }; print(\"first\") }", .prints("first\nlast\n")),
      CellStep(
        """
        guard let found = Int("12"), found > 3 else { fatalError() }
        print(found)
        """, .prints("12\n")),
      CellStep("found + 1", .shows("13"))),
  ]

  static let libraries =
    [
      "Foundation", "FoundationNetworking", "Dispatch", "Glibc", "Synchronization", "Observation",
      "RegexBuilder", "Distributed", "_Differentiation", "Testing",
    ].map {
      CellCase("import \($0)", CellStep("import \($0)", .silent), CellStep("1", .shows("1")))
    }
    + [
      CellCase(
        "macros of the toolchain",
        CellStep("import Foundation\nimport Observation"),
        CellStep("@Observable class Model { var n = 1 }\nlet model = Model()"),
        CellStep(
          """
          withObservationTracking { _ = model.n } onChange: { print("changed") }
          model.n = 2
          """, .prints("changed\n")),
        CellStep("try [1, 5].filter(#Predicate { $0 > 3 })", .shows("[5]")),
        CellStep("#line", .shows("1"))),
      CellCase(
        "a mutex",
        CellStep("import Synchronization\nlet shared = Mutex(0)"),
        CellStep(
          """
          DispatchQueue.concurrentPerform(iterations: 50) { _ in shared.withLock { $0 += 1 } }
          """, .fails("CompileError")),
        CellStep(
          """
          import Dispatch
          DispatchQueue.concurrentPerform(iterations: 50) { _ in shared.withLock { $0 += 1 } }
          """),
        CellStep("shared.withLock { $0 }", .shows("50"))),
    ]
}
