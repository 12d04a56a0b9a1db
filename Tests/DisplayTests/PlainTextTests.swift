import Display
import Testing

/// Expectations are written as the notebook shows them.
@Suite struct PlainTextTests {
  @Test func numbers() {
    #expect(plainText(of: 2) == "2")
    #expect(plainText(of: -0.0) == "-0.0")
    #expect(plainText(of: Double.nan) == "nan")
    #expect(plainText(of: -Double.infinity) == "-inf")
    #expect(plainText(of: 1e100) == "1e+100")
    #expect(plainText(of: Float(0.1)) == "0.1")
    #expect(plainText(of: UInt64.max) == "18446744073709551615")
    #expect(plainText(of: true) == "true")
    #expect(plainText(of: SIMD2<Float>(1, 2)) == "SIMD2<Float>(1.0, 2.0)")
    #expect(plainText(of: 5 as Any) == "5")
  }

  @Test func text() {
    #expect(plainText(of: "") == #""""#)
    #expect(plainText(of: "a\"b\\\n\u{0}\u{1B}[0m") == #""a\"b\\\n\0\u{1B}[0m""#)
    #expect(plainText(of: "naïve 日本 👩‍👩‍👧") == #""naïve 日本 👩‍👩‍👧""#)
    #expect(plainText(of: "abc".dropFirst()) == #""bc""#)
    #expect(plainText(of: Character("\n")) == #""\n""#)
    #expect(plainText(of: "a" as Unicode.Scalar) == #""a""#)
    #expect(plainText(of: "s" as StaticString) == #""s""#)
    #expect(plainText(of: ["a\tb"]) == #"["a\tb"]"#)
  }

  @Test func longText() {
    let text = plainText(of: String(repeating: "x", count: 1_000_000))
    #expect(text.hasSuffix(#""\#(String(repeating: "x", count: 5000))""#))
    #expect(text.contains(#"x" … 985 000 more bytes … "x"#))
    #expect(plainText(of: [String(repeating: "é", count: 1000)]).contains("1 640 more bytes"))
    // A single character of any length.
    let tower = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(plainText(of: tower).utf8.count < 70_000)
  }

  @Test func optionals() {
    #expect(plainText(of: Int?.none) == "nil")
    #expect(plainText(of: Optional("x")) == #"Optional("x")"#)
    #expect(plainText(of: Optional(3)) == "Optional(3)")
    #expect(plainText(of: Optional(Optional(3))) == "Optional(Optional(3))")
    #expect(plainText(of: Optional(Int?.none)) == "Optional(nil)")
    #expect(plainText(of: [1, nil]) == "[1, nil]")
    #expect(plainText(of: [Optional(Int?.none), nil, 3]) == "[Optional(nil), nil, 3]")
    #expect(plainText(of: [[.some(.none)]] as [[Int??]]) == "[[Optional(nil)]]")
    #expect(plainText(of: [.some(.some(.none))] as [Int???]) == "[Optional(Optional(nil))]")
    #expect(plainText(of: [1, "a", nil, 2.0] as [Any?]) == #"[1, "a", nil, 2.0]"#)
    #expect(plainText(of: Person(name: "Ada")) == #"Person(name: "Ada", age: nil)"#)
    #expect(plainText(of: Person(name: "Ada", age: 36)) == #"Person(name: "Ada", age: 36)"#)
    #expect(plainText(of: Optional(Direction.north)) == "Optional(Direction.north)")
  }

  @Test func collections() {
    #expect(plainText(of: [Int]()) == "[]")
    #expect(plainText(of: [1]) == "[1]")
    #expect(plainText(of: [1, 2, 3][1...]) == "[2, 3]")
    #expect(plainText(of: [[1], [], [2, 3]]) == "[[1], [], [2, 3]]")
    #expect(plainText(of: ContiguousArray([1.5])) == "[1.5]")
    #expect(plainText(of: [1, 2].reversed() as ReversedCollection) == "[2, 1]")
    #expect(plainText(of: Set([3, 1, 2])) == "[1, 2, 3]")
    #expect(plainText(of: Set(["b", "a"])) == #"["a", "b"]"#)
    #expect(
      plainText(of: Set([Unordered(id: 2), Unordered(id: 1)]))
        == "[Unordered(id: 1), Unordered(id: 2)]")
    #expect(plainText(of: [String: Int]()) == "[:]")
    #expect(plainText(of: ["b": 1, "a": nil]) == #"["a": nil, "b": 1]"#)
    #expect(plainText(of: [10: "x", 9: "y"]) == #"[9: "y", 10: "x"]"#)
    #expect(plainText(of: ["b": 1, "a": 2].keys) == #"["a", "b"]"#)
    #expect(plainText(of: ["b": 1, "a": 2] as KeyValuePairs) == #"["b": 1, "a": 2]"#)
    #expect(plainText(of: [AnyHashable("x"): AnyHashable(1)]) == #"["x": 1]"#)
  }

  @Test func ranges() {
    #expect(plainText(of: 1...3) == "1...3")
    #expect(plainText(of: 1..<3) == "1..<3")
    #expect(plainText(of: ["a"..."b"]) == #"["a"..."b"]"#)
    #expect(plainText(of: 1...) == "1...")
    #expect(plainText(of: ...1) == "...1")
    #expect(plainText(of: ..<1) == "..<1")
  }

  @Test func tuplesAndStructs() {
    #expect(plainText(of: ()) == "()")
    #expect(plainText(of: (1, b: "x")) == #"(1, b: "x")"#)
    #expect(plainText(of: Point()) == "Point(x: 1.0, y: 2.0)")
    #expect(plainText(of: Outer()) == "Outer(inner: Outer.Inner(a: 1))")
    #expect(
      plainText(of: Pair(first: [1], second: Int?.none))
        == "Pair<[Int], Int?>(first: [1], second: nil)")
    #expect(plainText(of: Empty()) == "Empty()")
    #expect(plainText(of: Flags(rawValue: 3)) == "Flags(rawValue: 3)")
    #expect(plainText(of: Wrapping()) == "Wrapping(level: 3, _hidden: 1)")
    struct Local { var a = 1 }
    #expect(plainText(of: Local()).hasSuffix("Local(a: 1)"))
    #expect(!plainText(of: Local()).contains("unknown context"))
  }

  @Test func enums() {
    #expect(plainText(of: Direction.north) == "Direction.north")
    #expect(plainText(of: [Direction.north, .south]) == "[.north, .south]")
    let payloads: [Payload] = [
      .none, .plain(1), .labelled(x: 1), .several(x: 1, "s"), .tuple((1, 2)), .optional(nil),
      .optional(1), .void(()), .nested(.plain(1)),
    ]
    #expect(
      plainText(of: payloads) == """
        [
          .none,
          .plain(1),
          .labelled(x: 1),
          .several(x: 1, "s"),
          .tuple(1, 2),
          .optional(nil),
          .optional(1),
          .void(),
          .nested(.plain(1))
        ]
        """)
    #expect(plainText(of: Result<Int, Failure>.success(3)) == "Result.success(3)")
    #expect(
      plainText(of: [Result<Int, Failure>.failure(Failure())])
        == "[.failure(Failure(code: 7))]")
    #expect(plainText(of: Failure() as any Error) == "Failure(code: 7)")
  }

  @Test func classes() {
    let animal = Animal()
    let dog = Dog(friend: animal)
    #expect(plainText(of: animal) == "Animal(legs: 4)")
    #expect(
      plainText(of: dog) == """
        Dog(
          legs: 4,
          name: "Rex",
          bark: not computed,
          owner: nil,
          friend: Animal(legs: 4)
        )
        """)
    dog.owner = animal
    #expect(dog.bark == "woof")
    #expect(plainText(of: dog).contains(#"bark: "woof""#))
    #expect(plainText(of: dog).contains("owner: Animal(legs: 4)"))
    #expect(plainText(of: Counter()) == "actor Counter")
    #expect(plainText(of: Model()) == #"Model(title: "draft")"#)
  }

  @Test func cycles() {
    let node = Node("a", next: Node("b"))
    node.next?.next = node
    #expect(plainText(of: node) == #"Node(name: "a", next: Node(name: "b", next: Node(↻)))"#)
    node.next?.next = nil
    // Elements without an order are sorted by their text, which must come to an end, too.
    let (one, other) = (Knot("a"), Knot("b"))
    one.links = [other, Knot("c")]
    other.links = [one]
    let text = plainText(of: one)
    #expect(text.contains(#"Knot(name: "b", links: [Knot(↻)])"#))
    #expect(text.contains(#"Knot(name: "c", links: [])"#))
    // The same instance twice is no cycle.
    #expect(
      plainText(of: [node.next, node.next])
        == #"[Node(name: "b", next: nil), Node(name: "b", next: nil)]"#)
  }

  @Test func depth() {
    // Taken apart from its head, since releasing a long chain at once exhausts the stack.
    var head = Node("0")
    for index in 1...100_000 { head = Node(String(index), next: head) }
    let text = plainText(of: head)
    #expect(text.contains("next: Node(…)"))
    #expect(text.utf8.count < 2000)
    while let next = head.next { head = next }

    var chain = Chain.end
    for _ in 0..<100 { chain = .link(chain) }
    #expect(plainText(of: chain).contains(".link(…)"))
    var nested: [Any] = []
    for _ in 0..<1000 { nested = [nested] }
    #expect(plainText(of: nested) == "[[[[[[[[[[[[[…]]]]]]]]]]]]]")
  }

  @Test func functionsAndTypes() {
    #expect(plainText(of: { (x: Int) -> String in "" }) == "(Int) -> String")
    #expect(plainText(of: { (x: [Int?]) -> (() -> Point)? in nil }) == "([Int?]) -> (() -> Point)?")
    #expect(plainText(of: Int.self) == "Int")
    #expect(plainText(of: [String: [Int]].self) == "[String: [Int]]")
    #expect(plainText(of: Optional<any Sequence<Int>>.self).hasSuffix("?"))
    #expect(plainText(of: \Point.x) == #"\Point.x"#)
    #expect(plainText(of: Task { 1 }) == "Task<Int, Never>")
    #expect(plainText(of: AsyncStream<Int> { $0.finish() }) == "AsyncStream<Int>")
    #expect(plainText(of: Duration.seconds(1.5)) == "1.5 seconds")
  }

  @Test func shadowedTypes() {
    Notebook.shadowedTypes.insert("DisplayTests.Outer")
    #expect(plainText(of: Outer()) == "DisplayTests.Outer(inner: DisplayTests.Outer.Inner(a: 1))")
    Notebook.shadowedTypes.remove("DisplayTests.Outer")
    #expect(plainText(of: Outer()) == "Outer(inner: Outer.Inner(a: 1))")
  }

  @Test func ownDescriptions() {
    #expect(plainText(of: Described()) == "described")
    #expect(plainText(of: [Described()]) == "[described]")
    #expect(plainText(of: Debugged()) == "debugged")
    #expect(plainText(of: Both()) == "described")
    #expect(plainText(of: [Both()]) == "[debugged]")
    #expect(plainText(of: Streamed()) == "streamed")
    #expect(plainText(of: Multiline()) == "line 1\nline 2")
    #expect(
      plainText(of: Pair(first: Multiline(), second: 1)) == """
        Pair<Multiline, Int>(
          first: line 1
          line 2,
          second: 1
        )
        """)
  }

  @Test func json() {
    #expect(plainText(of: ["a": [1, nil]] as JSONValue) == #"{"a":[1,null]}"#)
    #expect(plainText(of: CommEvent(.close, id: "1").data) == "{}")
  }

  @Test func oddMirrors() {
    #expect(plainText(of: Endless()).hasSuffix("… more …\n]"))
    #expect(plainText(of: Liar()) == "[1, 2]")
    #expect(plainText(of: Blank()) == "Blank")
  }

  @Test func nothingIsConsumed() {
    #expect(plainText(of: Trap()) == "Trap")
    let mapped = [1, 2].lazy.map { _ -> Int in fatalError("consumed") }
    #expect(plainText(of: mapped) == "LazyMapSequence<[Int], Int>")
    #expect(plainText(of: sequence(first: 1) { $0 + 1 }).hasPrefix("UnfoldSequence<Int"))
    #expect(plainText(of: zip([1], [2])) == "Zip2Sequence<[Int], [Int]>")
  }
}
