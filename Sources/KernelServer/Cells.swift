import CellEngine
import Synchronization

/// The session, used by one request at a time as it demands; or the reason why there is none.
final class Cells: Sendable {
  private let session: Result<CellSession, CellFailure>
  private let turn = Mutex(())

  /// Without a usable toolchain the kernel still starts: the first cell can then say what to do,
  /// where a dead kernel cannot.
  init(observer: any CellObserver) {
    do {
      session = .success(try CellSession(configuration: .init(), observer: observer))
    } catch {
      let message = String(describing: error)
      session = .failure(
        CellFailure(
          name: "KernelUnavailable", message: message,
          traceback: ["\u{1B}[1;31mKernelUnavailable\u{1B}[0m: \(message)"]))
    }
  }

  func run(_ request: CellRequest, tag: CellTag) -> CellReport {
    switch session {
    case .success(let session): turn.withLock { _ in session.run(request, tag: tag) }
    case .failure(let failure): CellReport(outcome: .failed(failure))
    }
  }

  /// Has the session do something once no cell runs; `nil` without a session.
  func wait<Value: Sendable>(_ body: (CellSession) -> Value) -> Value? {
    guard case .success(let session) = session else { return nil }
    return turn.withLock { _ in body(session) }
  }

  /// Has the session do something, unless a cell runs.
  func ifIdle<Value: Sendable>(_ body: (CellSession) -> Value) -> Value? {
    guard case .success(let session) = session else { return nil }
    return turn.withLockIfAvailable { _ in body(session) }
  }

  /// The session for what may be asked at any time.
  var anytime: CellSession? { try? session.get() }

  var failure: CellFailure? {
    guard case .failure(let failure) = session else { return nil }
    return failure
  }
}
