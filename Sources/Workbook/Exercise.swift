import Display
import Synchronization

/// A question to the reader that checks the answer by its properties.
///
/// ```swift
/// let cube = Exercise<(Double) -> Double?>(
///   "The derivative of x³", hint: "The power comes down.", solution: "`3 * x * x`"
/// ) { answer, trial in
///   for x in [-1.0, 0, 2.5] {
///     let slope = try trial.answered(answer(x))
///     let difference = (pow(x + 1e-4, 3) - pow(x - 1e-4, 3)) / 2e-4
///     try trial.agree(slope, difference, within: 1e-5,
///       "it agrees with a difference quotient", at: "x = \(x)")
///   }
/// }
///
/// func answer(_ x: Double) -> Double? {
///   // BEGIN SOLUTION
///   3 * x * x
///   // END SOLUTION
/// }
/// cube.check(answer)     // Correct: it agrees with a difference quotient.
/// cube.hint()
/// cube.solution()
/// ```
///
/// The answer may be of any type. An answer that is `nil`, or that gives `nil` when it is called,
/// is not attempted yet: that is what student copies of a page contain. A check never fails the
/// page.
public final class Exercise<Answer>: Sendable {
  /// What the exercise is called.
  public let title: String
  private let hints: [String]
  private let solutionText: String?
  private let body: Check
  private let hintsGiven = Mutex(0)

  /// Tries an answer; throws, by way of the trial, at the first property that fails.
  public typealias Check = @Sendable (_ answer: Answer, _ trial: Trial) throws -> Void

  /// - Parameters:
  ///   - hint: What ``hint()`` tells, as Markdown with formulas. With `hints`, one after the other.
  ///   - solution: What ``solution()`` tells, as Markdown. Student copies keep it, unless it stands
  ///     between solution marks.
  ///   - check: What a right answer fulfils.
  public convenience init(
    _ title: String, hint: String, solution: String? = nil, check: @escaping Check
  ) {
    self.init(title, hints: [hint], solution: solution, check: check)
  }

  /// An exercise with several hints, told one by one.
  public init(
    _ title: String, hints: [String] = [], solution: String? = nil, check: @escaping Check
  ) {
    self.title = title
    self.hints = hints
    self.solutionText = solution
    body = check
    ExerciseRecord.shared.set(title, .notAttempted)
  }

  /// Says whether the answer is right, and if not, for which input it fails.
  @discardableResult
  public func check(_ answer: Answer?) -> ExerciseOutcome {
    let outcome = outcome(of: answer)
    ExerciseRecord.shared.set(title, outcome.state)
    return outcome
  }

  private func outcome(of answer: Answer?) -> ExerciseOutcome {
    guard let answer else { return ExerciseOutcome(title: title, ending: .notAttempted) }
    let trial = Trial()
    do {
      try body(answer, trial)
      return ExerciseOutcome(title: title, ending: .correct(trial.properties))
    } catch is NotAttempted {
      return ExerciseOutcome(title: title, ending: .notAttempted)
    } catch let failure as Trial.Failure {
      return ExerciseOutcome(title: title, ending: .notYet(failure.sentence))
    } catch {
      return ExerciseOutcome(title: title, ending: .notYet("your answer threw an error: \(error)"))
    }
  }

  /// The next hint; after the last one, all of them.
  public func hint() -> ExerciseNote {
    guard !hints.isEmpty else { return ExerciseNote(head: "Hint.", text: "There is none.") }
    let given = hintsGiven.withLock { count -> Int in
      count += 1
      return count
    }
    guard hints.count > 1 else { return ExerciseNote(head: "Hint.", text: hints[0]) }
    if given <= hints.count {
      return ExerciseNote(head: "Hint \(given) of \(hints.count).", text: hints[given - 1])
    }
    return ExerciseNote(head: "Hints.", text: hints.joined(separator: " "))
  }

  /// The solution, if this copy of the page has it.
  public func solution() -> ExerciseNote {
    guard let solutionText else {
      return ExerciseNote(head: "Solution.", text: "It is not in this copy of the page.")
    }
    return ExerciseNote(head: "Solution.", text: solutionText)
  }
}
