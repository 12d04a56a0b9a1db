import Display
import Glibc
import Synchronization
import Tensors
import Testing
import Workbook

private final class Recorder: NotebookHost {
  let texts = Mutex<[String]>([])

  func handle(_ event: NotebookEvent) {
    guard case .show(let bundle, _) = event, case .text(let text)? = bundle["text/plain"] else {
      return
    }
    texts.withLock { $0.append(text) }
  }

  func readLine(prompt: String, isSecret: Bool) throws -> String { throw InputUnavailable() }
}

/// What `page` shows at its end, and the error it ends with.
private func ending(of page: Page) -> (text: String, error: (any Error)?) {
  let recorder = Recorder()
  do {
    try Notebook.$substitute.withValue(recorder) { try page.finish() }
    return (recorder.texts.withLock { $0.joined() }, nil)
  } catch {
    return (recorder.texts.withLock { $0.joined() }, error)
  }
}

/// Pages share the generator, the exercises and the notebook.
@Suite(.serialized) struct WorkbookTests {}

extension WorkbookTests {
  @Suite struct PageTests {
    @Test func theSeedDecidesTheNumbers() throws {
      _ = try Page(seed: 3)
      let first = Tensor.normal([4])
      _ = try Page(seed: 3)
      #expect(Tensor.normal([4]) == first)
      _ = try Page(seed: 4)
      #expect(Tensor.normal([4]) != first)
    }

    @Test func allThatIsMissingIsNamedAtOnce() throws {
      let error = #expect(throws: PageNeedsMore.self) {
        try Page(seed: 1, needs: ["no/such.npz", "Package.swift", .version("99.1")])
      }
      #expect(error?.missing.count == 2)
      #expect(error?.description.contains("no/such.npz is not there") == true)
      #expect(error?.description.contains("runtime 99.1") == true)
      #expect(throws: Never.self) {
        try Page(seed: 1, needs: [.version("0.1"), .version("0.0.9")])
      }
    }

    @Test func claimsThatHoldMakeATable() throws {
      let page = try Page(seed: 1, budget: .seconds(60))
      let root = 2.0.squareRoot()
      page.claim("root", root, .equals(1.41421356, within: 1e-6), from: .closedForm("√2"))
      page.claim("mean", Tensor([1.0, 3.0]).mean(), .atMost(2), from: .definition("mean"))
      page.claim("steps", [1, 2, 3].count, .ratio(to: 6, atMost: 0.5), from: .solver("twice"))
      let (text, error) = ending(of: page)
      #expect(error == nil)
      #expect(text.contains("root    1.4142136  1.4142136 ± 1e-06  holds"))
      #expect(text.contains("at most 0.5 × 6"))
      #expect(text.contains("(closed form: √2)"))
      #expect(text.contains("All 3 claims hold."))
      #expect(text.contains("of 60 s"))
    }

    @Test func aClaimThatFailsEndsThePageAfterItsTable() throws {
      let page = try Page(seed: 1)
      let cost = 3.5
      page.claim("cost", cost, .atMost(3.0), from: .published("Somebody 1999"), unit: "s")
      let (text, error) = ending(of: page)
      #expect(text.contains("does not hold"))
      let failed = try #require(error as? ClaimsFailed)
      #expect(failed.description == "1 claim does not hold:\n  cost: 3.5 s, should be at most 3 s")
    }

    @Test(arguments: [
      (Claim.Comparison.equals(1.0, within: 0.1), [1.05, 0.9], [1.2, .nan, .infinity]),
      (.equals(200, relative: 0.01), [201, 198], [203, -200]),
      (.equals(Double.infinity, within: 0), [.infinity], [1, .nan]),
      (.atMost(2), [2, -1], [2.1, .nan]),
      (.atLeast(2), [2, 5], [1.9, .nan]),
      (.ratio(to: 10, in: 0.5...2), [5, 20], [4, 21, .nan]),
      (.ratio(to: 10, atLeast: 5), [50], [49]),
      (.ratio(to: 0, atMost: 5), [-1], [0, 1]),
    ]) func comparisons(_ comparison: Claim.Comparison, _ good: [Double], _ bad: [Double]) {
      for value in good { #expect(comparison.holds(for: value), "\(value)") }
      for value in bad { #expect(!comparison.holds(for: value), "\(value)") }
    }

    @Test func aCellThatRunsAgainReplacesItsClaims() throws {
      let page = try Page(seed: 1)
      func cell(_ name: String, _ values: [Double]) {
        for value in values {
          page.claim("v", value, .atLeast(0), from: .definition("d"), cell: name, line: 3)
        }
      }
      cell("Cell1/main.swift", [-1])
      cell("Cell2/main.swift", [1])
      #expect(page.claims.map(\.figure) == [1])
      // The same line in a loop: nothing is hidden.
      cell("Cell2/main.swift", [-5])
      #expect(page.claims.map(\.figure) == [1, -5])
      cell("Cell3/main.swift", [7, 8])
      #expect(page.claims.map(\.figure) == [7, 8])
    }

    @Test func aTypedFigureStopsTheCell() async {
      await #expect(processExitsWith: .failure) {
        let page = try Page(seed: 1)
        page.claim("typed", 0.97, .atLeast(0.9), from: .definition("none"))
      }
    }

    @Test func theEndCountsExercises() throws {
      let page = try Page(seed: 1)
      let one = Exercise<Int>("One") { answer, trial in try trial.require(answer == 1, "is one") }
      let two = Exercise<Int>("Two") { answer, trial in try trial.require(answer == 2, "is two") }
      one.check(1)
      two.check(nil)
      #expect(ending(of: page).text.hasPrefix("Exercises solved: 1 of 2. Run time: 0"))
    }

    @Test func quickRuns() throws {
      let before = getenv("ANSATZ_QUICK").map { String(cString: $0) }
      defer {
        if let before { setenv("ANSATZ_QUICK", before, 1) } else { unsetenv("ANSATZ_QUICK") }
      }
      for (value, isQuick) in [("1", true), ("0", false), ("", false), ("yes", true)] {
        setenv("ANSATZ_QUICK", value, 1)
        #expect(Page.isQuick == isQuick)
        #expect(Page.quick(1, else: 2) == (isQuick ? 1 : 2))
      }
    }
  }
}
