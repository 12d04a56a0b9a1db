import CellSupport
import Display
import Glibc
import Synchronization

internal import _CCellRunner

/// Runs cells and tells the session how they end.
final class Runner: Sendable {
  /// Set before any cell runs.
  nonisolated(unsafe) static var shared: Runner!

  struct State {
    /// The cell that runs, and its thread.
    var running: Int64?
    /// The cell that was started last.
    var started: Int64 = 0
    var thread: Int64 = 0
    /// Why the running cell is about to stop itself, when not for an interrupt.
    var stopReason: String?
    var number = 0
    var questions: [Int: String??] = [:]
    /// The cell that is being interrupted.
    var interrupting: Int64?
    /// Comm messages for the cells' handlers, and the thread that runs these.
    var comms: [CommEvent] = []
    var commThread: Int64?
    /// Address ranges of the cells' code.
    var code: [Range<UInt>] = []
  }

  let channel: Channel
  let events: Int32
  /// What the environment of every process that a cell starts says.
  let mark: String
  let state = Mutex(State())

  init(channel: Channel, events: Int32, mark: String) {
    self.channel = channel
    self.events = events
    self.mark = mark
  }

  // MARK: Orders of the session

  func obey() {
    cell_runner_adopt_own_thread()
    while let frame = channel.receive() {
      switch frame.type {
      case "run": launch(frame)
      case "interrupt":
        let tag = Int64(frame.header["tag"]?.intValue ?? 0)
        // Where no thread is left, orders wait for the end of this one.
        if !startThread({ self.interrupt(tag) }) { interrupt(tag) }
      case "answer":
        let id = frame.header["number"]?.intValue ?? 0
        let line = frame.header["line"]?.stringValue
        state.withLock { $0.questions[id] = .some(line) }
      case "comm":
        if let header = frame.header["comm"] {
          deliver(CommEvent(header: header, buffers: frame.buffers))
        }
      case "load":
        let path = frame.header["path"]?.stringValue ?? ""
        let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL)
        let reason = handle == nil ? String(cString: dlerror()) : nil
        var answer: JSONValue = ["type": "loaded"]
        answer["reason"] = reason.map(JSONValue.string)
        channel.send(Frame(answer))
      case "directory":
        let failed = chdir(frame.header["path"]?.stringValue ?? "") != 0
        var answer: JSONValue = ["type": "loaded"]
        if failed { answer["reason"] = .string(String(cString: strerror(errno))) }
        channel.send(Frame(answer))
      case "environment":
        if let name = frame.header["name"]?.stringValue {
          setenv(name, frame.header["value"]?.stringValue ?? "", 1)
        }
        channel.send(Frame(["type": "loaded"]))
      case "arguments":
        setCommandLineArguments(
          (frame.header["arguments"]?.arrayValue ?? []).compactMap(\.stringValue))
      case "client":
        Notebook.updatesDisplays = frame.header["updatesDisplays"]?.boolValue ?? true
      case "flood": cell_runner_expect_flood(frame.header["on"]?.boolValue ?? false)
      default: break
      }
    }
    // The session is gone: so are we, and whatever the cells have started.
    ProcessTree.end(below: getpid(), marked: mark)
    kill(0, SIGKILL)
    _exit(0)
  }

  // MARK: A cell's run

  private final class Launch {
    let library: String
    let entry: String
    /// Where functions of earlier cells look for newer ones, and these.
    let replacements: [(key: String, function: String)]

    init(library: String, entry: String, replacements: [(String, String)]) {
      self.library = library
      self.entry = entry
      self.replacements = replacements
    }

    /// Lets earlier callers use what the library declares anew.
    ///
    /// What the compiler makes of a dynamic function first looks into a cell of memory, its key,
    /// for another function to call.
    func replaceFunctions(in handle: UnsafeMutableRawPointer) {
      for (key, function) in replacements {
        guard let place = dlsym(nil, key), let new = dlsym(handle, function) else { continue }
        place.storeBytes(of: new, as: UnsafeMutableRawPointer.self)
      }
    }
  }

  private func launch(_ frame: Frame) {
    let tag = Int64(frame.header["tag"]?.intValue ?? 0)
    let launch = Launch(
      library: frame.header["library"]?.stringValue ?? "",
      entry: frame.header["entry"]?.stringValue ?? "",
      replacements: (frame.header["replacements"]?.arrayValue ?? []).compactMap { pair in
        guard let names = pair.arrayValue?.compactMap(\.stringValue), names.count == 2
        else { return nil }
        return (names[0], names[1])
      })
    state.withLock {
      $0.running = tag
      $0.started = tag
      $0.thread = 0
      $0.stopReason = nil
    }
    _CellRuntime.completedSteps = 0
    Notebook.noteCellStart()
    cell_runner_set_default_tag(tag)
    cell_runner_mend_descriptors()
    // What child processes write carries no mark of its own.
    cell_runner_write_mark(CChar(UInt8(ascii: "o")), tag)
    let id = cell_runner_launch(
      tag,
      { tag, context in
        let launch = Unmanaged<Launch>.fromOpaque(context!).takeRetainedValue()
        Runner.shared.run(launch, tag: tag)
      }, Unmanaged.passRetained(launch).toOpaque())
    state.withLock { $0.thread = id }
    if id < 0 { end(tag, ["ending": "failed", "reason": "cannot start another thread"]) }
    cell_runner_prepare_threads(1)
  }

  /// On the cell's thread.
  private func run(_ launch: Launch, tag: Int64) {
    guard let handle = load(launch.library), let symbol = dlsym(handle, launch.entry) else {
      end(tag, ["ending": "failed", "reason": .string(String(cString: dlerror()))])
      return
    }
    let code = noteCode(around: symbol)
    launch.replaceFunctions(in: handle)
    let entry = unsafeBitCast(symbol, to: cell_entry.self)
    var result = cell_result()
    _CellRuntime.$tag.withValue(tag) { cell_runner_call_entry(entry, &result) }
    // A top-level loop keeps its iterator, and with it its bar, after a break.
    Notebook.stopLoopBars()
    var report: JSONValue
    switch result.ending {
    case Int32(CELL_THREW.rawValue):
      let error = unsafeBitCast(result.error, to: (any Error).self)
      report = ["ending": "threw", "error": Runner.description(of: error)]
    case Int32(CELL_EXITED.rawValue):
      report = ["ending": "exited", "code": .integer(Int(result.exit_code))]
    case Int32(CELL_LEFT.rawValue): report = ["ending": "left"]
    default:
      // It came to its end because a solver handed over what it had.
      let isInterrupted = state.withLock { $0.interrupting == tag }
      report = ["ending": isInterrupted ? "interrupted" : "returned"]
    }
    let frames = withUnsafeBytes(of: result.frames) {
      Array($0.bindMemory(to: UInt64.self).prefix(Int(result.frame_count)))
    }
    report["frames"] = describe(frames, isReturnFirst: true)
    // Most cells are never looked at again; a thousand of them would be many pages.
    if let code { cell_forget_code(UInt64(code.lowerBound), UInt64(code.upperBound)) }
    end(tag, report)
  }

  /// Loads a cell's library, from the reserve if need be.
  private func load(_ library: String) -> UnsafeMutableRawPointer? {
    if let handle = dlopen(library, RTLD_NOW | RTLD_GLOBAL) { return handle }
    let hadDescriptors = hasNoDescriptor && cell_reserves_open_descriptors()
    guard hadDescriptors || cell_reserves_open_memory() else { return nil }
    return dlopen(library, RTLD_NOW | RTLD_GLOBAL)
  }

  private var hasNoDescriptor: Bool {
    let descriptor = dup(channel.descriptor)
    if descriptor >= 0 { close(descriptor) }
    return descriptor < 0
  }

  /// What a cell has used up, if anything: the next ones live on the reserve.
  private func shortage(after ending: JSONValue?) -> String? {
    if hasNoDescriptor { return "descriptors" }
    guard cell_reserves_open_memory() else { return nil }
    // The cell may have freed much, of which the allocator keeps hold.
    if ending == "returned" { cell_reserves_trim() }
    return cell_reserves_open_memory() ? "memory" : nil
  }

  private static func description(of error: any Error) -> JSONValue {
    [
      "type": .string(String(reflecting: type(of: error))),
      "text": .string(String(describing: error)),
    ]
  }

  /// Tells the session how the cell ended.
  ///
  /// Only the first to say so for a cell is heard.
  func end(_ tag: Int64, _ report: JSONValue) {
    let isFirst = state.withLock { state in
      guard state.running == tag else { return false }
      state.running = nil
      return true
    }
    guard isFirst else { return }
    let ending = report["ending"]?.stringValue
    if ending == "interrupted" || ending == "trapped" {
      Notebook.abandonBars(isInterrupted: ending == "interrupted")
    }
    cell_runner_flush()
    cell_runner_expect_flood(false)
    var report = report
    report["type"] = "ended"
    report["tag"] = .integer(Int(tag))
    report["steps"] = .integer(_CellRuntime.completedSteps)
    if let shortage = shortage(after: report["ending"]) {
      report["shortage"] = .string(shortage)
    } else {
      cell_reserves_fill()
    }
    channel.send(Frame(report))
    cell_runner_write_mark(CChar(UInt8(ascii: "x")), tag)
  }

  func isRunning(_ tag: Int64) -> Bool { state.withLock { $0.running == tag } }

  // MARK: Comms

  /// Hands a message to its handler, on a thread that handlers may ruin: it is replaced then.
  private func deliver(_ message: CommEvent) {
    let isIdle = state.withLock { state in
      state.comms.append(message)
      return state.commThread == nil
    }
    if isIdle { serveComms() }
  }

  func serveComms() {
    state.withLock { $0.commThread = 0 }
    let id = cell_runner_launch(
      cell_runner_current_tag(),
      { _, _ in
        while let message = Runner.shared.nextComm() { Notebook.receive(message) }
      }, nil)
    state.withLock { if $0.commThread != nil { $0.commThread = id } }
  }

  private func nextComm() -> CommEvent? {
    state.withLock { state in
      if state.comms.isEmpty {
        state.commThread = nil
        return nil
      }
      return state.comms.removeFirst()
    }
  }

  // MARK: What cells show and ask

  func nextNumber() -> Int {
    state.withLock {
      $0.number += 1
      return $0.number
    }
  }

  /// Sends a frame that belongs at this place among the cell's prints.
  func sendInOrder(_ frame: Frame, number: Int, tag: Int64? = nil) {
    var frame = frame
    frame.header["tag"] = .integer(Int(tag ?? cell_runner_current_tag()))
    channel.send(frame)
    cell_runner_write_mark(CChar(UInt8(ascii: "d")), Int64(number))
  }

  func show(result: MimeBundle) {
    var buffers: [[UInt8]] = []
    let number = nextNumber()
    let header: JSONValue = [
      "type": "result", "number": .integer(number), "bundle": result.encoded(buffers: &buffers),
    ]
    sendInOrder(Frame(header, buffers: buffers), number: number)
  }

  /// Asks the session for a line and waits for it.
  func ask(prompt: String, isSecret: Bool) -> String? {
    let number = nextNumber()
    cell_runner_flush()
    sendInOrder(
      Frame([
        "type": "question", "number": .integer(number), "prompt": .string(prompt),
        "secret": .bool(isSecret),
      ]), number: number)
    while true {
      if let answer = state.withLock({ $0.questions.removeValue(forKey: number) }) {
        return answer ?? nil
      }
      if cell_runner_is_interrupted() { cell_runner_stop_here() }
      usleep(10_000)
    }
  }

  /// For `readLine()` and everything else that reads stdin.
  func readInput(into buffer: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
    guard let line = ask(prompt: "", isSecret: false) else {
      state.withLock { $0.stopReason = "InputUnavailable" }
      cell_runner_stop_here()
    }
    let bytes = Array((line + "\n").utf8)
    let count = min(bytes.count, capacity)
    for (place, byte) in bytes.prefix(count).enumerated() {
      buffer[place] = CChar(bitPattern: byte)
    }
    return count
  }
}

extension Runner: NotebookHost {
  func handle(_ event: NotebookEvent) {
    let number = nextNumber()
    sendInOrder(Frame(event, number: number), number: number)
  }

  func readLine(prompt: String, isSecret: Bool) throws -> String {
    guard let line = ask(prompt: prompt, isSecret: isSecret) else { throw InputUnavailable() }
    return line
  }
}

/// The setter of `CommandLine.arguments`, which Swift 6 hides since it may race; this process calls it
/// before it runs a cell.
@_silgen_name("$ss11CommandLineO9argumentsSaySSGvsZ")
private func setCommandLineArguments(_ arguments: __owned [String])
