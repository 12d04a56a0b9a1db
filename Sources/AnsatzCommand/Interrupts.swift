import Dispatch
import Foundation
import Synchronization

/// Turns Ctrl-C into a call.
final class Interrupts: @unchecked Sendable {
  private let source: any DispatchSourceSignal
  private let seen = Mutex(false)

  init(_ act: @escaping @Sendable () -> Void) {
    // A handler that does nothing, since children would inherit that the signal is ignored.
    signal(SIGINT) { _ in }
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { [unowned self] in
      seen.withLock { $0 = true }
      act()
    }
    source.resume()
  }

  var happened: Bool { seen.withLock { $0 } }
}
