import Display
import Glibc
import Synchronization

/// The session's side of the compiler process: starts it, asks it, and starts it anew with the
/// same knowledge after a crash or an interrupt.
final class CompilerClient: Sendable {
  struct Setup: Sendable {
    var executable: String
    var toolchain: Toolchain
    var folder: String
    var moduleCache: String
    var runtimeModules: String
  }

  private struct State {
    var channel: Channel?
    var id: pid_t = 0
    /// What a new process must be told: cells and search paths so far.
    var history: [JSONValue] = []
    var wasKilled = false
  }

  private static let descriptorLimit = 400

  private let setup: Setup
  private let state = Mutex(State())
  /// One request at a time.
  private let asking = Mutex(())

  init(setup: Setup) throws {
    self.setup = setup
    try start()
  }

  var processID: pid_t? {
    state.withLock { $0.channel == nil ? nil : $0.id }
  }

  private func start() throws {
    var sockets: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &sockets) == 0
    else { throw SessionError.cannotStart("no descriptors left") }
    defer { close(sockets[1]) }
    let log = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(log) }
    guard
      let id = Subprocess.spawn(
        [setup.executable, "compile-cells", "--descriptor", "3"],
        descriptors: [1: log, 2: log, 3: sockets[1]])
    else {
      close(sockets[0])
      throw SessionError.cannotStart(setup.executable)
    }
    let channel = Channel(descriptor: sockets[0])
    channel.send(
      Frame([
        "toolchain": .string(setup.toolchain.root), "version": .string(setup.toolchain.version),
        "folder": .string(setup.folder), "cache": .string(setup.moduleCache),
        "modules": .string(setup.runtimeModules),
      ]))
    let history = state.withLock { state in
      state.channel = channel
      state.id = id
      state.wasKilled = false
      return state.history
    }
    for entry in history {
      channel.send(Frame(entry))
      _ = channel.receive()
    }
  }

  enum Answer {
    case answer(JSONValue)
    /// The process was ended by ``interrupt()``.
    case interrupted
    /// The compiler crashed.
    case crashed
  }

  /// Asks and waits for the answer.
  func ask(_ request: JSONValue) -> Answer {
    asking.withLock { _ in
      // An interrupt that came too late for the last request is not meant for this one.
      if state.withLock({ $0.wasKilled && $0.channel != nil }) { _ = end() }
      if state.withLock({ $0.channel == nil }) {
        do { try start() } catch { return .crashed }
      }
      let channel = state.withLock { $0.channel! }
      if channel.send(Frame(request)), let answer = channel.receive() {
        // A new process takes over before the old one runs out of descriptors.
        let used = answer.header["descriptors"]?.intValue ?? 0
        if used > CompilerClient.descriptorLimit { _ = end() }
        return .answer(answer.header)
      }
      let wasKilled = end()
      return wasKilled ? .interrupted : .crashed
    }
  }

  /// Tells what every later compiler process must know too.
  func tell(_ fact: JSONValue) {
    state.withLock { $0.history.append(fact) }
    _ = ask(fact)
  }

  private func end() -> Bool {
    let (channel, id, wasKilled) = state.withLock { state in
      defer { state.channel = nil }
      return (state.channel, state.id, state.wasKilled)
    }
    if let channel { close(channel.descriptor) }
    kill(id, SIGKILL)
    _ = Subprocess.wait(for: id)
    return wasKilled
  }

  /// Ends a compilation that takes too long for the reader.
  func interrupt() {
    state.withLock { state in
      guard state.channel != nil else { return }
      state.wasKilled = true
      kill(state.id, SIGKILL)
    }
  }

  /// Forgets the session's cells; the process stays warm.
  func reset() {
    state.withLock { $0.history.removeAll() }
    _ = ask(["type": "reset"])
  }

  func shutDown() {
    _ = asking.withLockIfAvailable { _ in end() }
    if let id = processID { kill(id, SIGKILL) }
  }
}
