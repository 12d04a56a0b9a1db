import CellEngine
import Display
import Foundation
import Testing

/// What cells show, print and ask.
@Suite(.serialized) struct OutputTests {
  @Test(arguments: values) func value(_ cells: CellCase) { cells.check() }

  static let values = [
    CellCase("strings in quotes", CellStep("\"a\\n\\\"b\\\"\"", .shows("\"a\\n\\\"b\\\"\""))),
    CellCase(
      "a semicolon hides", CellStep("1 + 1;", .quiet), CellStep("\"a\" ;", .quiet),
      CellStep("1 + 1", .shows("2"))),
    CellCase("nothing to show", CellStep("var a = 1; a = 2", .silent), CellStep("()", .silent)),
    CellCase("a value that is nil", CellStep("Int(\"x\")", .shows("nil"))),
    CellCase(
      "a comment behind the value", CellStep("1 + 2 // three", .shows("3")),
      CellStep("/* a */ 4 /* b */", .shows("4")),
      CellStep("[1, 2]\n  .map { $0 * 2 }\n", .shows("[2, 4]"))),
    CellCase(
      "assignment operators", CellStep("var a = 1\na += 2", .silent), CellStep("a", .shows("3"))),
  ]

  @Test func tablesForArraysOfStructs() {
    CellDriver.shared.alone { driver in
      let outcome = driver.run("struct Row { var a = 1; var b = \"x\" }\n[Row(), Row()]")
      guard case .text(let html)? = outcome.bundle?["text/html"] else {
        Issue.record("no table: \(outcome)")
        return
      }
      #expect(html.contains("<table"))
    }
  }

  @Test func streamsAreApartAndInOrderWithDisplays() {
    CellDriver.shared.alone { driver in
      let outcome = driver.run(
        """
        import Foundation
        print("one")
        fputs("two\\n", stderr)
        display(html: "<b>three</b>")
        print("four\\r", terminator: "five")
        puts("six")
        """)
      #expect(outcome.failure == nil)
      let kinds = outcome.events.map { event in
        switch event {
        case .output(let text): "o:\(text)"
        case .errorOutput(let text): "e:\(text)"
        case .notebook: "display"
        case .question: "?"
        }
      }
      #expect(kinds == ["o:one\n", "e:two\n", "display", "o:four\rfivesix\n"])
    }
  }

  @Test func lateOutputGoesToItsCell() {
    CellDriver.shared.alone { driver in
      let late = driver.run(
        "Task { try? await Task.sleep(nanoseconds: 50_000_000); print(\"late\") };")
      #expect(late.output.isEmpty)
      let next = driver.run("try await Task.sleep(nanoseconds: 150_000_000); print(\"now\")")
      #expect(next.output == "now\n")
    }
  }

  @Test func childProcessesAreHeard() {
    CellDriver.shared.alone { driver in
      let outcome = driver.run("import Glibc\nsystem(\"echo child; echo wrong >&2\");")
      #expect(outcome.output == "child\n")
      #expect(outcome.errorOutput == "wrong\n")
    }
  }

  @Test func questionsAreAnswered() {
    CellDriver.shared.alone { driver in
      #expect(driver.run("readLine()", answers: ["yes"]).result == "Optional(\"yes\")")
      #expect(
        driver.run("try readSecret(prompt: \"?\")", answers: ["hidden"]).result == "\"hidden\"")
      let two = driver.run("print(readLine()!, readLine()!)", answers: ["a", "b"])
      #expect(two.output == "a b\n")
    }
  }

  @Test func questionsThatNobodyAnswersFail() {
    CellDriver.shared.alone { driver in
      #expect(driver.run("readLine()").failure != nil)
      #expect(driver.run("try readSecret(prompt: \"?\")").failure != nil)
      #expect(driver.run("1").result == "1")
    }
  }

  @Test func aLoopIsInterrupted() {
    CellDriver.shared.alone { driver in
      driver.run("let kept = 1")
      let session = driver.session
      for source in [
        "var i = 0\nwhile true { i &+= 1 }", "import Glibc\nsleep(30)",
        "try await Task.sleep(nanoseconds: 30_000_000_000)",
      ] {
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: 0.4)
          session.interrupt()
        }
        let outcome = driver.run(source)
        #expect(outcome.failure?.name == "Interrupted", "\(source): \(outcome)")
      }
      #expect(driver.run("kept").result == "1")
    }
  }
}
