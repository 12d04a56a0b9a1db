import CellEngine
import Display
import Foundation
import Synchronization
import Testing

/// What a cell did, as far as tests look at it.
struct CellOutcome {
  var output = ""
  var errorOutput = ""
  /// The value of the last expression as plain text.
  var result: String?
  var bundle: MimeBundle?
  var failure: CellFailure?
  var requests: [CellReport.Request] = []
  var events: [CellEvent] = []
}

/// Keeps what cells say, by cell, and answers their questions from a list.
final class CellRecorder: CellObserver {
  private struct State {
    var events: [CellTag: [CellEvent]] = [:]
    var answers: [String?] = []
  }
  private let state = Mutex(State())

  func cell(_ tag: CellTag, emitted event: CellEvent) {
    let answer = state.withLock { state -> String?? in
      state.events[tag, default: []].append(event)
      guard case .question = event else { return nil }
      return state.answers.isEmpty ? .some(nil) : .some(state.answers.removeFirst())
    }
    if case .question(_, _, let reply) = event, let answer { reply(answer) }
  }

  func events(of tag: CellTag) -> [CellEvent] { state.withLock { $0.events[tag] ?? [] } }

  func prepare(answers: [String?]) { state.withLock { $0.answers = answers } }
}

/// A session with real processes, shared by all tests: each begins with names of its own.
final class CellDriver: Sendable {
  let session: CellSession
  let recorder = CellRecorder()
  private let count = Mutex(0)
  private let turn = NSRecursiveLock()

  static let shared: CellDriver = {
    do {
      return try CellDriver()
    } catch {
      fatalError("no session for the tests: \(error)")
    }
  }()

  /// The executable of this build, whose processes run the cells.
  static var executable: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build/release/ansatz").path
  }

  init() throws {
    session = try CellSession(
      configuration: CellSession.Configuration(
        workingDirectory: NSTemporaryDirectory(), executable: Self.executable),
      observer: recorder)
  }

  /// Gives one test the session for itself, without anything that others defined.
  func alone<Result>(_ body: (CellDriver) throws -> Result) rethrows -> Result {
    turn.lock()
    defer { turn.unlock() }
    run("%reset")
    return try body(self)
  }

  @discardableResult
  func run(_ source: String, cellID: String? = nil, answers: [String?] = [], wait: Double = 0)
    -> CellOutcome
  {
    let tag = CellTag(
      rawValue: count.withLock {
        $0 += 1
        return $0
      })
    recorder.prepare(answers: answers)
    let report = session.run(
      CellRequest(
        source: source, number: tag.rawValue, cellID: cellID, allowsInput: !answers.isEmpty),
      tag: tag)
    if wait > 0 { Thread.sleep(forTimeInterval: wait) }
    var outcome = CellOutcome()
    outcome.requests = report.requests
    outcome.events = recorder.events(of: tag)
    for event in outcome.events {
      switch event {
      case .output(let text): outcome.output += text
      case .errorOutput(let text): outcome.errorOutput += text
      default: break
      }
    }
    switch report.outcome {
    case .completed(let bundle):
      outcome.bundle = bundle
      if case .text(let text)? = bundle?["text/plain"] { outcome.result = text }
    case .failed(let failure): outcome.failure = failure
    }
    return outcome
  }

  /// The text that the last cell was compiled from.
  var lastCompiled: String {
    session.compiledSource(of: CellTag(rawValue: count.withLock { $0 })) ?? "(not compiled)"
  }
}

/// A cell and what it must do.
struct CellStep: Sendable {
  enum Expectation: Sendable {
    /// Ends well, whatever it shows.
    case works
    /// Ends well and shows no value.
    case silent
    /// Ends well and says nothing at all.
    case quiet
    /// The plain text of the last value.
    case shows(String)
    /// Exactly this on standard output.
    case prints(String)
    /// A failure of this name, with a message or traceback that contains a text.
    case fails(String, String = "")
  }

  var source: String
  var expected: Expectation

  init(_ source: String, _ expected: Expectation = .works) {
    self.source = source
    self.expected = expected
  }
}

/// Cells that belong together.
struct CellCase: Sendable, CustomTestStringConvertible {
  var name: String
  var steps: [CellStep]

  init(_ name: String, _ steps: CellStep...) {
    self.name = name
    self.steps = steps
  }

  var testDescription: String { name }

  func check() {
    CellDriver.shared.alone { driver in
      for step in steps {
        let outcome = driver.run(step.source)
        guard let complaint = step.complaint(about: outcome) else { continue }
        Issue.record(
          """
          \(name): \(complaint)
          cell:
          \(step.source)
          compiled from:
          \(driver.lastCompiled)
          """)
      }
    }
  }
}

extension CellStep {
  /// What is wrong with an outcome; `nil` when it is as expected.
  func complaint(about outcome: CellOutcome) -> String? {
    if case .fails(let name, let text) = expected {
      guard let failure = outcome.failure else {
        return "expected \(name), but it ended well with \(outcome.result ?? "no value")"
      }
      let whole = plain(([failure.message] + failure.traceback).joined(separator: "\n"))
      if failure.name != name { return "expected \(name), not \(failure.name): \(whole)" }
      return text.isEmpty || whole.contains(text) ? nil : "'\(text)' is not in: \(whole)"
    }
    if let failure = outcome.failure {
      return "failed: \(plain(failure.traceback.joined(separator: "\n")))"
    }
    switch expected {
    case .shows(let text) where outcome.result != text:
      return "expected \(text), not \(outcome.result ?? "nothing")"
    case .silent where outcome.result != nil: return "expected no value, not \(outcome.result!)"
    case .prints(let text) where outcome.output != text:
      return "expected the output \(text.debugDescription), not \(outcome.output.debugDescription)"
    case .quiet
    where outcome.result != nil || !outcome.output.isEmpty || !outcome.errorOutput.isEmpty:
      return "expected nothing, not \(outcome)"
    default: return nil
    }
  }
}

/// A text without its colours.
func plain(_ text: String) -> String { text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
