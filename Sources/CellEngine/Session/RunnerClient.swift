import Display
import Glibc
import Synchronization

internal import _CCellRunner

/// The session's side of the process that runs cells: starts it, sends orders, puts what it says
/// into order.
final class RunnerClient: Sendable {
  /// How a cell ended, as the runner tells it.
  struct Ending: Sendable {
    var report: JSONValue
    /// The runtime's last words on standard error.
    var lastWords = ""
    var result: MimeBundle?
  }

  protocol Delegate: AnyObject, Sendable {
    func runner(_ tag: Int, emitted event: CellEvent)
    /// A thread that outlived its cell trapped.
    func runner(lateTrap report: JSONValue, lastWords: String)
  }

  let id: pid_t
  private let channel: Channel
  private let output: Int32
  private let errors: Int32
  private let mark: [UInt8]
  private let processMark: String
  private let files: SessionFiles
  private let delegate: any Delegate
  private let state = Mutex(State())
  private let changed = Condition()

  private struct State {
    var ending: Ending?
    var isDead = false
    /// Its number may be another's after that.
    var isWaitedFor = false
    var deathReason: String?
    var answers: [JSONValue] = []
    /// Whether somebody waits for it.
    var isWanted = false
  }

  /// - Parameter files: Those of the session, whose processes are known by them.
  init(executable: String, files: SessionFiles, delegate: any Delegate) throws {
    var sockets: [Int32] = [0, 0]
    var outputs: [Int32] = [0, 0]
    var errorOutputs: [Int32] = [0, 0]
    guard
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &sockets) == 0,
      cell_pipe(&outputs), cell_pipe(&errorOutputs)
    else { throw SessionError.cannotStart("no descriptors left") }
    var environment = currentEnvironment()
    // The runtime's own crash reporter would stop every thread at the first trap.
    environment.removeAll { $0.hasPrefix("SWIFT_BACKTRACE=") }
    environment.append("SWIFT_BACKTRACE=enable=no")
    self.files = files
    processMark = files.newProcessMark()
    environment.append("\(ProcessTree.variable)=\(processMark)")
    guard
      let id = Subprocess.spawn(
        [executable, "run-cells", "--descriptor", "3"],
        descriptors: [1: outputs[1], 2: errorOutputs[1], 3: sockets[1]], environment: environment)
    else {
      for descriptor in sockets + outputs + errorOutputs { close(descriptor) }
      throw SessionError.cannotStart(executable)
    }
    self.id = id
    for descriptor in [sockets[1], outputs[1], errorOutputs[1]] { close(descriptor) }
    channel = Channel(descriptor: sockets[0])
    output = outputs[0]
    errors = errorOutputs[0]
    self.delegate = delegate
    let text = "\u{1B}_ansatz\(UInt64.random(in: 0...(.max)));"
    mark = Array(text.utf8)
    channel.send(
      Frame([
        "mark": .string(text), "preload": .array(files.preload.map(JSONValue.string)),
        "processes": .string(files.processMark),
      ]))
    startThread { self.listen() }
  }

  // MARK: Orders

  func send(_ header: JSONValue, buffers: [[UInt8]] = []) {
    channel.send(Frame(header, buffers: buffers))
  }

  /// Sends an order that is answered, and waits.
  func ask(_ header: JSONValue) -> JSONValue? {
    state.withLock { $0.isWanted = true }
    defer { state.withLock { $0.isWanted = false } }
    send(header)
    return changed.wait {
      state.withLock { state -> JSONValue?? in
        if !state.answers.isEmpty { return state.answers.removeFirst() }
        return state.isDead ? .some(nil) : nil
      }
    }
  }

  /// Runs a cell's library and waits for its end; `nil` when the runner died, with the reason.
  ///
  /// - Parameter replacements: Pairs of symbols: where an earlier cell's function looks for a newer
  ///   one, and the newer one.
  func run(library: String, entry: String, tag: Int, replacements: JSONValue)
    -> Result<Ending, SessionError>
  {
    state.withLock { state in
      state.ending = nil
      state.isWanted = true
    }
    defer { state.withLock { $0.isWanted = false } }
    send([
      "type": "run", "library": .string(library), "entry": .string(entry), "tag": .integer(tag),
      "replacements": replacements,
    ])
    return changed.wait {
      state.withLock { state -> Result<Ending, SessionError>? in
        if let ending = state.ending {
          state.ending = nil
          files.noteLoaded(library)
          return .success(ending)
        }
        return state.isDead ? .failure(.died(state.deathReason ?? "")) : nil
      }
    }
  }

  func interrupt(tag: Int) {
    wake()
    send(["type": "interrupt", "tag": .integer(tag)])
  }

  /// Ends the process and all that its cells started.
  func kill() {
    let isThere = state.withLock { state in
      if !state.isWaitedFor { Glibc.kill(id, SIGSTOP) }
      return !state.isWaitedFor
    }
    ProcessTree.end(below: isThere ? id : nil, marked: processMark, isOwn: true)
    state.withLock { state in
      guard !state.isWaitedFor else { return }
      Glibc.kill(-id, SIGKILL)
      Glibc.kill(id, SIGKILL)
    }
  }

  /// A process that stands still (by a signal of its own, or from outside) goes on when it has
  /// something to do.
  private func wake() {
    if state.withLock({ $0.isWanted }), cell_child_state(id) == CELL_CHILD_STOPPED {
      Glibc.kill(id, SIGCONT)
    }
  }

  // MARK: Listening

  /// What has come in and is not yet in its place.
  private struct Inbox {
    var splitter: StreamSplitter
    var errorText = UTF8Accumulator()
    var frames: [Int: Frame] = [:]
    var endings: [Int: JSONValue] = [:]
    var results: [Int: MimeBundle] = [:]
    /// The cell that runs or ran last.
    var tag = 0
    var lastWords = LastWords()
    var floodBytes = 0
  }

  private func listen() {
    var inbox = Inbox(splitter: StreamSplitter(mark: mark))
    var sources = [output, errors, channel.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      let timeout: Int32 = inbox.lastWords.isHolding ? 50 : 500
      let ready = poll(&sources, 3, timeout)
      if ready < 0, errno == EINTR { continue }
      if ready == 0 {
        wake()
        release(&inbox)
        if cell_child_state(id) == CELL_CHILD_GONE { break }
        continue
      }
      if sources[2].revents != 0 {
        guard receiveFrame(&inbox) else { break }
      }
      // What was printed before an error stands before it, so output is read first, and all of it.
      let mustReadErrors = sources[1].revents & Int16(POLLIN) != 0
      if sources[0].revents & Int16(POLLIN) != 0 || mustReadErrors {
        readOutput(&inbox, &buffer)
        // A cell's mark comes before anything that its child processes write.
        inbox.tag = inbox.splitter.tag
      }
      if mustReadErrors { readErrors(&inbox, &buffer) }
      if sources[1].revents & Int16(POLLHUP) != 0 { sources[1].fd = -1 }
      if sources[0].revents & Int16(POLLHUP) != 0, sources[0].revents & Int16(POLLIN) == 0 {
        sources[0].fd = -1
      }
    }
    finish(&inbox, &buffer)
  }

  /// Takes one frame; `false` at the end of the channel.
  private func receiveFrame(_ inbox: inout Inbox) -> Bool {
    guard let frame = channel.receive() else { return false }
    switch frame.type {
    case "notebook", "question", "result", "late":
      inbox.frames[frame.header["number"]?.intValue ?? 0] = frame
    case "ended":
      inbox.endings[frame.header["tag"]?.intValue ?? 0] = frame.header
    case "lost":
      state.withLock { $0.deathReason = frame.header["reason"]?.stringValue }
      kill()
    default:
      state.withLock { $0.answers.append(frame.header) }
      changed.signal()
    }
    return true
  }

  /// Reads what there is, at most a few buffers at a time: a flood must not starve the rest.
  private func readOutput(_ inbox: inout Inbox, _ buffer: inout [UInt8]) {
    var source = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    for _ in 0..<4 {
      guard poll(&source, 1, 0) > 0, source.revents & Int16(POLLIN) != 0 else { return }
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { return }
      process(inbox.splitter.split(buffer[0..<count]), &inbox, &buffer)
    }
  }

  private func process(
    _ pieces: [StreamSplitter.Piece], _ inbox: inout Inbox, _ buffer: inout [UInt8]
  ) {
    for piece in pieces {
      switch piece {
      case .text(let text, let isError, let tag):
        inbox.tag = tag
        let shown = isError ? inbox.lastWords.filter(text) : text
        if !shown.isEmpty {
          delegate.runner(tag, emitted: isError ? .errorOutput(shown) : .output(shown))
        }
      case .errors: readErrors(&inbox)
      case .display(let number):
        // The frame was sent before the mark.
        while inbox.frames[number] == nil { guard receiveFrame(&inbox) else { return } }
        publish(inbox.frames.removeValue(forKey: number)!, &inbox)
      case .end(let tag):
        while inbox.endings[tag] == nil { guard receiveFrame(&inbox) else { return } }
        inbox.tag = tag
        var ending = Ending(report: inbox.endings.removeValue(forKey: tag)!)
        readErrors(&inbox)
        let isTrap = ending.report["ending"]?.stringValue == "trapped"
        if isTrap { ending.lastWords = inbox.lastWords.take() }
        release(&inbox)
        if let what = ending.report["shortage"]?.stringValue {
          delegate.runner(tag, emitted: .errorOutput(RunnerClient.note(ofShortage: what)))
        }
        ending.result = inbox.results.removeValue(forKey: tag)
        state.withLock { $0.ending = ending }
        changed.signal()
      }
    }
  }

  private static func hint(_ signal: Int32) -> String {
    signal == SIGKILL ? ", which the system also sends when the machine's memory runs out" : ""
  }

  private static func note(ofShortage what: String) -> String {
    what == "descriptors"
      ? "[no descriptors are left: close files, or let go of what holds them; %reset starts afresh]\n"
      : "[little memory is left: give large variables small values (a = []); %reset starts afresh]\n"
  }

  private func publish(_ frame: Frame, _ inbox: inout Inbox) {
    let tag = frame.header["tag"]?.intValue ?? inbox.tag
    switch frame.type {
    case "late":
      readErrors(&inbox)
      delegate.runner(lateTrap: frame.header, lastWords: inbox.lastWords.take())
    case "result":
      inbox.results[tag] = MimeBundle(
        decoding: frame.header["bundle"] ?? .null, buffers: frame.buffers)
    case "question":
      let number = frame.header["number"]?.intValue ?? 0
      let answer = InputAnswer { [weak self] line in
        var header: JSONValue = ["type": "answer", "number": .integer(number)]
        header["line"] = line.map(JSONValue.string)
        self?.send(header)
      }
      delegate.runner(
        tag,
        emitted: .question(
          prompt: frame.header["prompt"]?.stringValue ?? "",
          isSecret: frame.header["secret"]?.boolValue ?? false, answer: answer))
    default:
      if let event = frame.notebookEvent { delegate.runner(tag, emitted: .notebook(event)) }
    }
  }

  // MARK: Raw standard error

  private func readErrors(_ inbox: inout Inbox) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    readErrors(&inbox, &buffer)
  }

  /// Reads what there is, and holds back what may be the message of a trap.
  private func readErrors(_ inbox: inout Inbox, _ buffer: inout [UInt8]) {
    var source = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
    while poll(&source, 1, 0) > 0, source.revents & Int16(POLLIN) != 0 {
      let count = read(errors, &buffer, buffer.count)
      guard count > 0 else { return }
      let text = inbox.lastWords.filter(inbox.errorText.append(buffer[0..<count]))
      if !text.isEmpty { delegate.runner(inbox.tag, emitted: .errorOutput(text)) }
    }
  }

  private func release(_ inbox: inout Inbox) {
    let text = inbox.lastWords.take()
    if !text.isEmpty { delegate.runner(inbox.tag, emitted: .errorOutput(text)) }
  }

  private func finish(_ inbox: inout Inbox, _ buffer: inout [UInt8]) {
    // Deliver what was printed before the end.
    var source = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    while poll(&source, 1, 0) > 0, source.revents & Int16(POLLIN) != 0 {
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { break }
      for case .text(let text, let isError, let tag) in inbox.splitter.split(buffer[0..<count]) {
        delegate.runner(tag, emitted: isError ? .errorOutput(text) : .output(text))
      }
    }
    readErrors(&inbox)
    let words = inbox.lastWords.take()
    kill()
    let status = Subprocess.wait(for: id)
    state.withLock { $0.isWaitedFor = true }
    close(output)
    close(errors)
    close(channel.descriptor)
    state.withLock { state in
      state.isDead = true
      let cause =
        status < 0
        ? "signal \(-status) (\(String(cString: strsignal(-status)))\(RunnerClient.hint(-status)))"
        : "exit status \(status)"
      let detail = words.split(separator: "\n").first.map { ": \($0)" } ?? ""
      if state.deathReason == nil {
        state.deathReason = "the process that runs the cells ended with \(cause)\(detail)"
      }
    }
    changed.signal()
  }
}

/// Why a session cannot go on as it was.
public enum SessionError: Error, CustomStringConvertible, Sendable {
  case cannotStart(String)
  case died(String)

  public var description: String {
    switch self {
    case .cannotStart(let what): "cannot start a process of the session: \(what)"
    case .died(let reason): reason
    }
  }
}

/// The environment as `NAME=value` texts.
func currentEnvironment() -> [String] {
  var variables: [String] = []
  var pointer = environ
  while let variable = pointer.pointee {
    variables.append(String(cString: variable))
    pointer += 1
  }
  return variables
}
