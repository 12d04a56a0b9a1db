import Foundation
import Testing

/// Nothing that a cell does takes the session with it.
@Suite(.serialized) struct FailureTests {
  @Test(arguments: traps) func trap(_ name: String, _ source: String) {
    CellDriver.shared.alone { driver in
      driver.run("let kept = 1\nstruct Mine: Error {}\nfunc nothing() -> Int? { nil }")
      let step = CellStep(source, .fails(name))
      if let complaint = step.complaint(about: driver.run(source)) {
        Issue.record("\(complaint)\ncompiled from:\n\(driver.lastCompiled)")
      }
      #expect(driver.run("func value() async -> Int { kept }\nawait value()").result == "1")
    }
  }

  static let traps = [
    ("IndexOutOfRange", "[1][3]"),
    ("UnwrappedNil", "nothing()!"),
    ("UnwrappedNil", "let forced: Int! = nothing()\nforced + 1"),
    ("ArithmeticOverflow", "Int.max + [1][0]"),
    ("ArithmeticOverflow", "UInt8([300][0])"),
    ("DivisionByZero", "1 / [0][0]"),
    ("StackOverflow", "func deep(_ n: Int) -> Int { n + deep(n + 1) }\ndeep(0)"),
    ("FailedCast", "let any: Any = 1\nany as! String"),
    ("PreconditionFailure", "precondition(kept == 2, \"no\")"),
    ("FatalError", "preconditionFailure(\"never\")"),
    ("AssertionFailure", "assert(kept == 2, \"no\")"),
    ("FatalError", "fatalError(\"stop\")"),
    ("UnexpectedError", "try! { throw Mine() }()"),
    ("Mine", "throw Mine()"),
    ("BadAccess", "UnsafePointer<Int>(bitPattern: 8)!.pointee"),
    ("Aborted", "import Glibc\nabort()"),
    ("Exit", "import Glibc\nexit(3)"),
    (
      "ExclusivityViolation",
      """
      var x = [1]
      func both(_ a: inout [Int], _ f: () -> Void) { f() }
      both(&x) { x.append(2) }
      """
    ),
    ("IndexOutOfRange", "await Task { [1][3] }.value"),
    (
      "IndexOutOfRange",
      """
      await withTaskGroup(of: Int.self) { g in g.addTask { [1][3] }; return await g.reduce(0, +) }
      """
    ),
    ("FatalError", "actor A { func f() { fatalError(\"in an actor\") } }\nawait A().f()"),
    ("FatalError", "await MainActor.run { fatalError(\"on the main actor\") }"),
    (
      "FatalError",
      """
      import Dispatch
      DispatchQueue(label: "q").sync { fatalError("on a queue") }
      """
    ),
  ]

  @Test func exitWithoutACodeIsNoError() {
    CellDriver.shared.alone { driver in
      let outcome = driver.run("import Glibc\nlet before = 1\nprint(before)\nexit(0)")
      #expect(outcome.failure == nil)
      #expect(outcome.output.hasPrefix("1\n"))
      #expect(driver.run("before").result == "1")
    }
  }

  @Test(arguments: [
    "Task { try? await Task.sleep(nanoseconds: 20_000_000); fatalError(\"late\") };",

    """
    import Dispatch
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.02) { fatalError("late") }
    """,
    "import Foundation\nThread.detachNewThread { usleep(20_000); fatalError(\"late\") }",
  ])
  func lateTrapsAreToldToTheirCell(_ source: String) {
    CellDriver.shared.alone { driver in
      let outcome = driver.run(source, wait: 0.4)
      #expect(outcome.failure == nil)
      #expect(outcome.errorOutput.contains("late"), "\(outcome)")
      #expect(driver.run("await Task { 1 }.value").result == "1")
    }
  }

  @Test func tracebacksHaveTheLinesOfCells() {
    CellDriver.shared.alone { driver in
      driver.run("func inner(_ i: Int) -> Int {\n  let a = [1, 2]\n  return a[i]\n}")
      let failure = driver.run("let fine = 1\ninner(7)").failure
      let text = plain((failure?.traceback ?? []).joined(separator: "\n"))
      #expect(text.contains("3 |   return a[i]"), "\(text)")
      #expect(text.contains("2 | inner(7)"), "\(text)")
    }
  }

  @Test func diagnosticsPointAtTheRightColumns() {
    CellDriver.shared.alone { driver in
      let failure = driver.run("let ok = 1\nlet 🐶é: Int = \"x\"; print(await nope())").failure
      let text = plain((failure?.traceback ?? []).joined(separator: "\n"))
      #expect(failure?.name == "CompileError")
      #expect(text.contains(":2:15\n"), "\(text)")
      #expect(text.contains("cannot find 'nope' in scope"), "all errors at once: \(text)")
    }
  }

  @Test func nearNamesAreSuggested() {
    CellDriver.shared.alone { driver in
      driver.run("let temperature = 20")
      let failure = driver.run("temprature + 1").failure
      let text = plain((failure?.traceback ?? []).joined(separator: "\n"))
      #expect(text.contains("did you mean 'temperature'"), "\(text)")
    }
  }

  /// Every trap parks a thread; what that keeps must stay small.
  @Test func aHundredTrapsCostBoundedMemory() {
    CellDriver.shared.alone { driver in
      driver.run("func trap(_ i: Int) -> Int { [1][i] }\nlet kept = 1")
      let before = memory(of: driver)
      for _ in 0..<100 { #expect(driver.run("trap(5)").failure?.name == "IndexOutOfRange") }
      #expect(driver.run("kept").result == "1")
      let grown = memory(of: driver) - before
      #expect(grown < 60_000, "the runner grew by \(grown) kB")
    }
  }

  /// Resident kilobytes of the process that runs the cells.
  private func memory(of driver: CellDriver) -> Int {
    guard let id = driver.session.processIDs.first,
      let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
    else { return 0 }
    return Int(line.filter(\.isNumber)) ?? 0
  }
}
