import Display
import Glibc
import Synchronization

internal import _CCellRunner

/// One process that compiles cells, from its start to its end.
///
/// ``ask(_:patience:)`` is for one thread at a time, ``interrupt()`` for any.
package final class CompilerProcess: Sendable {
  private struct State {
    /// Its number belongs to it until its end was waited for, and may be another's after that.
    var isWaitedFor = false
    var isInterrupted = false
  }

  let id: pid_t
  private let channel: Channel
  private let folder: String
  private let state = Mutex(State())

  package init(setup: CompilerClient.Setup) throws {
    folder = setup.files.folder
    var sockets: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &sockets) == 0
    else { throw SessionError.cannotStart("no descriptors left") }
    let log = open("/dev/null", O_WRONLY | O_CLOEXEC)
    let started = Subprocess.spawn(
      [setup.executable, "compile-cells", "--descriptor", "3"],
      descriptors: [1: log, 2: log, 3: sockets[1]])
    // At once: as long as this side holds both ends, the death of the other goes unseen.
    close(sockets[1])
    close(log)
    guard let started else {
      close(sockets[0])
      throw SessionError.cannotStart(setup.executable)
    }
    id = started
    channel = Channel(descriptor: sockets[0])
    channel.send(
      Frame([
        "toolchain": .string(setup.toolchain.root), "version": .string(setup.toolchain.version),
        "folder": .string(setup.files.folder), "cache": .string(setup.files.moduleCache),
        "modules": .string(setup.files.runtimeModules),
      ]))
  }

  deinit { end() }

  /// Asks and waits for the answer; `nil` when there will be none, since the process ended or did
  /// not answer for `patience` seconds.
  package func ask(_ request: JSONValue, patience: Double) -> JSONValue? {
    let start = ContinuousClock.now
    guard channel.send(Frame(request)) else { return nil }
    let answer = channel.receive {
      switch cell_child_state(self.id) {
      case CELL_CHILD_GONE: return false
      case CELL_CHILD_STOPPED:
        Glibc.kill(self.id, SIGCONT)
        return true
      default: return (ContinuousClock.now - start) / .seconds(1) < patience
      }
    }
    return answer?.header
  }

  /// Whether it has ended by itself, or was interrupted.
  var isOver: Bool { isInterrupted || cell_child_state(id) == CELL_CHILD_GONE }

  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// Ends the process in the midst of its work.
  func interrupt() {
    state.withLock { state in
      guard !state.isWaitedFor else { return }
      state.isInterrupted = true
      Glibc.kill(id, SIGKILL)
    }
  }

  /// Ends the process and waits until it is gone.
  ///
  /// - Returns: Whether something from outside had ended it: the system, say, for want of memory.
  @discardableResult
  package func end() -> Bool {
    let isFirst = state.withLock { state in
      guard !state.isWaitedFor else { return false }
      state.isWaitedFor = true
      return true
    }
    guard isFirst else { return false }
    // A process closes its end of the channel a moment before it is gone.
    var wasGone = cell_child_state(id) == CELL_CHILD_GONE
    for _ in 0..<50 where !wasGone {
      usleep(1000)
      wasGone = cell_child_state(id) == CELL_CHILD_GONE
    }
    Glibc.kill(id, SIGKILL)
    let status = Subprocess.wait(for: id)
    close(channel.descriptor)
    unlink(CellCompiler.earlierFile(of: id, in: folder))
    return wasGone && [-SIGKILL, -SIGTERM].contains(status)
  }

  /// Resident memory in bytes.
  var memory: Int {
    var text = [UInt8](repeating: 0, count: 128)
    let file = open("/proc/\(id)/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    let count = read(file, &text, text.count)
    let fields = String(decoding: text[..<max(0, count)], as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
