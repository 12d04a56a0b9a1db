import Display
import Tensors
import Testing
import Workbook

private struct Broken: Error {}

/// “Twice x”, by the difference of two values.
private func doubling(_ solution: String? = nil) -> Exercise<(Double) throws -> Double?> {
  Exercise("Doubling \(solution ?? "")", hints: ["Add.", "Add $x$ to itself."], solution: solution)
  {
    answer, trial in
    for x in [0.0, 1, -2.5] {
      let value = try trial.answered(answer(x))
      try trial.agree(value - x, x, within: 1e-12, "taking x away leaves x", at: "x = \(x)")
    }
    try trial.require(answer(3)! > answer(2)!, "it increases")
  }
}

extension WorkbookTests {
  @Suite struct ExerciseTests {
    @Test func nothingIsNotAttempted() {
      #expect(doubling().check(nil).state == .notAttempted)
      #expect(doubling().check { _ in nil }.state == .notAttempted)
      #expect(doubling().check { _ in throw NotAttempted() }.state == .notAttempted)
      #expect(doubling().check(nil).description.hasPrefix("Not attempted. Doubling"))
    }

    @Test func aRightAnswerIsToldWhatWasTried() {
      let outcome = doubling().check { 2 * $0 }
      #expect(outcome.state == .correct)
      #expect(outcome.sentence.hasSuffix(": taking x away leaves x; it increases."))
    }

    @Test func aWrongAnswerIsToldForWhichInput() {
      let outcome = doubling().check { $0 * $0 }
      #expect(outcome.state == .notYet)
      #expect(outcome.sentence.contains("taking x away leaves x"))
      #expect(outcome.sentence.contains("x = 1.0"))
      // The expected value, 2, is not given away.
      #expect(!outcome.sentence.contains("2"))
    }

    @Test func anErrorOfTheAnswerIsNoFailureOfThePage() {
      let outcome = doubling().check { _ in throw Broken() }
      #expect(outcome.state == .notYet)
      #expect(outcome.sentence.contains("Broken"))
    }

    @Test(arguments: [Double.nan, .infinity]) func noNumberAgreesWithNothing(_ value: Double) {
      #expect(doubling().check { _ in value }.state == .notYet)
    }

    @Test func shapesAreComparedBeforeElements() {
      let exercise = Exercise<Tensor>("Row") { answer, trial in
        try trial.agree(answer, Tensor.ones([3]), within: 0, "all ones")
      }
      #expect(exercise.check(Tensor.ones([3])).state == .correct)
      #expect(exercise.check(Tensor.ones([3]) * Double.nan).state == .notYet)
      #expect(exercise.check(Tensor.ones([1, 3])).sentence.contains("[1, 3]"))
    }

    @Test func hintsComeOneByOne() {
      let exercise = doubling()
      #expect(exercise.hint().description == "Hint 1 of 2. Add.")
      #expect(exercise.hint().description == "Hint 2 of 2. Add $x$ to itself.")
      #expect(exercise.hint().description == "Hints. Add. Add $x$ to itself.")
    }

    @Test func aSolutionMayBeMissing() {
      #expect(doubling().solution().description.contains("not in this copy"))
      #expect(doubling("`x + x`").solution().description == "Solution. `x + x`")
    }

    @Test func outcomesAreShownAsHTMLWithoutItsMeaning() {
      let exercise = Exercise<Int>("a < b & c") { answer, trial in
        try trial.require(answer < 3, "<script>", at: answer)
      }
      let bundle = exercise.check(5).mimeBundle
      guard case .text(let html)? = bundle["text/html"] else {
        Issue.record("no HTML")
        return
      }
      #expect(html.contains("a &lt; b &amp; c") && html.contains("&lt;script&gt;"))
      #expect(html.contains("Not yet") && html.contains("5"))
      #expect(bundle["text/plain"] == .text(exercise.check(5).description))
    }
  }
}
