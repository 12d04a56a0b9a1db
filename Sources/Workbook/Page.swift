import Display
import Synchronization
import Tensors

/// One page of the workbook while it runs: its seed, its time budget, and the claims it makes.
///
/// ```swift
/// let page = try Page(seed: 7, budget: .seconds(60), needs: ["data/digits.npz"])
///
/// let steps = Page.quick(20, else: 200)
/// page.claim("Newton, 5 steps", root, .equals(2.0.squareRoot(), within: 1e-12),
///   from: .closedForm("√2"))
///
/// try page.finish()    // the table of claims, the exercises, the time; throws if a claim failed
/// ```
///
/// Made in the first cell, finished in the last. A page that is run again from the top starts with
/// no claims; a single cell that is run again replaces its own.
public final class Page: Sendable {
  /// The number the shared generator was started with.
  public let seed: Int
  /// How long the page may take, if it says so.
  public let budget: Duration?
  let needs: [Need]
  private let start = ContinuousClock.now
  private let recorded = Mutex<[Claim]>([])

  /// Checks that all is there that the page needs, and seeds the shared generator.
  ///
  /// Swift's own `Double.random(in:)` and `shuffled()` cannot be seeded: give them a
  /// `Generator(seed: page.seed)` as `using:`.
  ///
  /// - Parameters:
  ///   - seed: The one seed of the page; the environment variable `ANSATZ_SEED` takes its place.
  ///   - budget: Shown beside the elapsed time at the end. Being late fails nothing, since a page
  ///     may run on a slow machine.
  ///   - needs: Files, relative to the page, and `.version("0.1")` for the oldest runtime that will
  ///     do.
  /// - Throws: ``PageNeedsMore``, which names all that is missing and what to do about it.
  public init(seed: Int, budget: Duration? = nil, needs: [Need] = []) throws {
    self.seed = try Page.seedAskedFor() ?? seed
    self.budget = budget
    self.needs = needs
    let missing = needs.compactMap(\.complaint)
    guard missing.isEmpty else { throw PageNeedsMore(missing: missing) }
    ExerciseRecord.shared.clear()
    setSeed(self.seed)
  }

  /// Time since the page's first cell.
  public var elapsed: Duration { start.duration(to: .now) }

  /// What the page has claimed so far, in order.
  public var claims: [Claim] { recorded.withLock { $0 } }

  func record(_ claim: Claim) {
    recorded.withLock { claims in
      // A cell that runs again is a new module: what it claimed before is out of date.
      let stale = claims.firstIndex { $0.isEarlierRun(of: claim) }
      claims.removeAll { $0.isEarlierRun(of: claim) }
      let neighbour = claims.lastIndex { $0.cell == claim.cell }
      claims.insert(claim, at: neighbour.map { $0 + 1 } ?? stale ?? claims.count)
    }
  }

  /// Shows the page's table of claims, how the exercises stand, and the elapsed time.
  ///
  /// - Throws: ``ClaimsFailed`` when a claim does not hold, so that whoever runs the page stops.
  public func finish() throws {
    let report = PageReport(page: self, exercises: ExerciseRecord.shared.outcomes)
    display(report)
    let failed = report.claims.filter { !$0.holds }
    guard failed.isEmpty else { throw ClaimsFailed(claims: failed) }
  }
}

extension Page: Displayable {
  public var mimeBundle: MimeBundle {
    var parts = ["seed \(seed)"]
    if let budget { parts.append("budget \(Wording.seconds(budget))") }
    parts.append(Page.isQuick ? "quick run (ANSATZ_QUICK)" : "full run")
    parts += needs.map { "\($0) found" }
    let text = "Ready: " + parts.joined(separator: ", ") + "."
    return MimeBundle(text: text, html: Wording.paragraph(text))
  }
}
