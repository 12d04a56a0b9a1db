import Display
import Glibc
import Synchronization

/// The session's side of the compiler: whatever becomes of the process that compiles, the next
/// request is answered by one that knows the same.
package final class CompilerClient: Sendable {
  package struct Setup: Sendable {
    var executable: String
    var toolchain: Toolchain
    var files: SessionFiles

    package init(executable: String, toolchain: Toolchain, files: SessionFiles) {
      self.executable = executable
      self.toolchain = toolchain
      self.files = files
    }
  }

  enum Answer {
    case answer(JSONValue)
    /// The process was ended by ``interrupt()``.
    case interrupted
    /// The compiler crashed, twice in a row.
    case crashed
  }

  private struct State {
    var process: CompilerProcess?
    /// What a new process must be told: cells and search paths so far.
    var history: [JSONValue] = []
    /// Counts how often the history was dropped.
    var epoch = 0
    var isShutDown = false
    var cacheWasMended = false
  }

  /// Seconds to wait for the answer to anything but a compilation, which may take its time since
  /// its reader can interrupt it.
  private static let patience = 60.0

  private let setup: Setup
  private let state = Mutex(State())
  /// One request at a time.
  private let asking = Mutex(())
  private let renewal = CompilerRenewal()

  init(setup: Setup) throws {
    self.setup = setup
    let process = try CompilerProcess(setup: setup)
    state.withLock { $0.process = process }
    CompilerRest.begin { [weak self] in self?.rest(after: $0) ?? false }
  }

  var processID: pid_t? { state.withLock { $0.process?.id } }

  /// Asks and waits for the answer.
  ///
  /// A process that is found dead is replaced, and one that dies of the request is asked again, once;
  /// so is one that fails for a reason that lies outside of the cell and can be mended.
  func ask(_ request: JSONValue) -> Answer {
    asking.withLock { _ in
      renewal.noteRequest()
      let answer = askOnce(request)
      guard case .answer(let header) = answer,
        let trouble = CompilerTrouble.behind(header, setup.files)
      else { return answer }
      // Twice would not help, and costs time each time.
      if trouble == .cacheIsDamaged {
        guard state.withLock({ exchange(&$0.cacheWasMended, with: true) }) == false else {
          return answer
        }
      }
      guard trouble.mend(setup.files) else { return .answer(trouble.failure(setup.files)) }
      if trouble == .cacheIsDamaged { retire() }
      return askOnce(request)
    }
  }

  private func askOnce(_ request: JSONValue) -> Answer {
    var crashes = 0
    // What is killed from outside again and again is not at fault, but there must be an end.
    for _ in 0..<8 where crashes < 2 {
      if let process = readyProcess(),
        let answer = process.ask(request, patience: Self.patience(for: request))
      {
        considerRenewal(of: process, answer)
        return .answer(answer)
      }
      if wasInterrupted() { return .interrupted }
      if state.withLock({ $0.isShutDown }) { return .crashed }
      if !retire() { crashes += 1 }
    }
    return .crashed
  }

  /// Tells what every later compiler process must know too.
  func tell(_ fact: JSONValue) {
    asking.withLock { _ in
      renewal.noteRequest()
      state.withLock { $0.history.append(fact) }
      guard let process = state.withLock({ $0.process }), !process.isOver else { return }
      // A process that fails here is replaced when it is asked next, and told everything.
      if process.ask(fact, patience: Self.patience) == nil { retire() }
    }
  }

  /// Ends a compilation that takes too long for the reader.
  func interrupt() { state.withLock { $0.process }?.interrupt() }

  /// Forgets the session's cells; the process stays warm.
  func reset() {
    asking.withLock { _ in
      state.withLock { state in
        state.history.removeAll()
        state.epoch += 1
      }
      guard let process = state.withLock({ $0.process }), !process.isOver else { return }
      if process.ask(["type": "reset"], patience: Self.patience) == nil { retire() }
    }
  }

  /// Ends the process; a request that waits fails.
  func shutDown() {
    let process = state.withLock { state in
      state.isShutDown = true
      return state.process
    }
    process?.interrupt()
    // Its number is free only when whoever asks has done with it.
    _ = asking.withLockIfAvailable { _ in retire() }
  }

  // MARK: Processes

  private static func patience(for request: JSONValue) -> Double {
    request["type"]?.stringValue == "compile" ? .infinity : patience
  }

  /// The process, or a new one that was told everything; `nil` when that failed.
  private func readyProcess() -> CompilerProcess? {
    if let process = state.withLock({ $0.process }) {
      // An interrupt that came too late for the last request is not meant for this one.
      if !process.isOver { return process }
      retire()
    }
    guard !state.withLock({ $0.isShutDown }), let process = try? CompilerProcess(setup: setup)
    else { return nil }
    let (history, isShutDown) = state.withLock { state in
      state.process = process
      return (state.history, state.isShutDown)
    }
    if isShutDown { process.interrupt() }
    return tell(history[...], to: process) ? process : nil
  }

  private func tell(_ facts: ArraySlice<JSONValue>, to process: CompilerProcess) -> Bool {
    facts.allSatisfy { process.ask($0, patience: Self.patience) != nil }
  }

  /// Ends the process; returns whether something from outside had done so.
  @discardableResult
  private func retire() -> Bool {
    state.withLock { state in
      defer { state.process = nil }
      return state.process
    }?.end() ?? false
  }

  /// Forgets a process that was interrupted; returns whether there was one.
  private func wasInterrupted() -> Bool {
    guard state.withLock({ $0.process })?.isInterrupted == true else { return false }
    retire()
    return true
  }

  // MARK: Rest and renewal

  /// Ends a process that nobody has asked anything for `pause`, and whose memory others may want;
  /// returns whether there is still a session to look after.
  private func rest(after pause: Duration) -> Bool {
    let isShutDown = state.withLock { $0.isShutDown }
    if !isShutDown, renewal.idleTime >= pause {
      _ = asking.withLockIfAvailable { _ in
        if renewal.idleTime >= pause { retire() }
      }
    }
    return !isShutDown
  }

  /// Has a process that grew large replaced while nobody waits for it.
  private func considerRenewal(of process: CompilerProcess, _ answer: JSONValue) {
    let descriptors = answer["descriptors"]?.intValue ?? 0
    guard renewal.isDue(memory: process.memory, descriptors: descriptors) else { return }
    startThread { [weak self] in
      self?.renew(process)
      self?.renewal.finish()
    }
  }

  private func renew(_ old: CompilerProcess) {
    renewal.waitForQuiet()
    guard let new = try? CompilerProcess(setup: setup) else { return }
    let (history, epoch) = state.withLock { ($0.history, $0.epoch) }
    guard tell(history[...], to: new) else {
      new.end()
      return
    }
    for request in CompilerRenewal.warmUp {
      guard new.ask(request, patience: Self.patience) != nil else {
        new.end()
        return
      }
    }
    asking.withLock { _ in
      // What was said meanwhile.
      let rest = state.withLock { state -> ArraySlice<JSONValue>? in
        guard state.epoch == epoch, state.process === old, !state.isShutDown else { return nil }
        return state.history[history.count...]
      }
      guard let rest, tell(rest, to: new) else {
        new.end()
        return
      }
      let isWanted = state.withLock { state in
        guard !state.isShutDown else { return false }
        state.process = new
        return true
      }
      if isWanted { old.end() } else { new.end() }
    }
  }
}

/// Replaces `value` and returns what it was.
private func exchange<Value>(_ value: inout Value, with replacement: Value) -> Value {
  let old = value
  value = replacement
  return old
}
