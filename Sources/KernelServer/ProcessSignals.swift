import Glibc
import Synchronization

/// Signals and the death of the parent, as events for one waiting thread.
enum ProcessEvent: Sendable { case interrupt, terminate, orphaned }

/// Turns SIGINT and SIGTERM into events.
///
/// Signals are caught, not blocked: a blocked signal stays blocked in every program started from
/// here, which then cannot be interrupted.
final class ProcessSignals: Sendable {
  private let parent = ParentWatch()

  init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no pipe could be opened (error \(errno))")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    signalPipe.read = ends[0]
    signalPipe.write = ends[1]
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      // Of all that Swift offers only plain C calls are safe here.
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(signalPipe.write, &byte, 1)
      errno = saved
    }
    action.sa_flags = SA_RESTART
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    sigaction(SIGHUP, &action, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for the next event.
  func next() -> ProcessEvent {
    while true {
      var item = pollfd(fd: signalPipe.read, events: Int16(POLLIN), revents: 0)
      let count = poll(&item, 1, 500)
      var number: UInt8 = 0
      if count > 0, read(signalPipe.read, &number, 1) == 1 {
        return Int32(number) == SIGINT ? .interrupt : .terminate
      }
      if parent.isGone { return .orphaned }
    }
  }

  /// Lets ``next()`` return `terminate`, from any thread.
  func terminate() {
    var byte = UInt8(SIGTERM)
    _ = write(signalPipe.write, &byte, 1)
  }
}

/// Written once, before the handler is installed.
private nonisolated(unsafe) var signalPipe: (read: Int32, write: Int32) = (-1, -1)

/// Tells when the process that started the kernel has died.
///
/// Front ends name themselves in `JPY_PARENT_PID`. That may be our parent, or the parent of a
/// script that started us.
private struct ParentWatch: Sendable {
  private let named: pid_t?
  private let parent = getppid()

  init() {
    let text = getenv("JPY_PARENT_PID").map { String(cString: $0) }
    named = text.flatMap { pid_t($0) }.flatMap { $0 > 1 ? $0 : nil }
  }

  var isGone: Bool {
    guard let named else { return false }
    return getppid() != parent || (named != parent && kill(named, 0) != 0 && errno == ESRCH)
  }
}
