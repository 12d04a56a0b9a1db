import Glibc
import JupyterWire

/// A Jupyter kernel for Swift.
///
/// ```swift
/// try KernelServer(connectionFile: path).run()
/// ```
///
/// This process owns the sockets and speaks the protocol; cells run in processes of the
/// ``CellSession``. Whatever a cell does, the kernel answers its heartbeat, its control channel and
/// the next request.
package struct KernelServer: ~Copyable {
  private let signals: ProcessSignals
  private let wire: Wire
  private let kernel: Kernel

  /// Opens the sockets named in the connection file and starts to serve.
  ///
  /// - Throws: `ConnectionFileError` when the file cannot be used, `WireError` when an address is
  ///   taken.
  package init(connectionFile path: String) throws {
    let connection = try ConnectionFile(path: path)
    let signals = ProcessSignals()
    let history = HistoryStore(path: HistoryStore.standardPath)
    var made: Kernel?
    wire = try Wire(connection) { wire in
      let kernel = Kernel(
        wire: wire, connection: connection, history: history,
        onShutdown: { signals.terminate() })
      made = kernel
      return kernel
    }
    kernel = made!
    self.signals = signals
    history.prepare()
  }

  /// Serves until a front end, a signal or the parent's death ends the kernel.
  package consuming func run() -> Never {
    while true {
      switch signals.next() {
      case .interrupt: kernel.interrupt()
      case .terminate: end("asked to end")
      case .orphaned: end("the parent process is gone")
      }
    }
  }

  private borrowing func end(_ reason: String) -> Never {
    Log.info("the kernel ends: \(reason)")
    // Launchers kill after a few seconds; being gone before is better, whatever hangs.
    NativeThread.start("deadline") {
      usleep(2_000_000)
      Log.warning("the kernel did not end in time")
      _exit(0)
    }
    kernel.cells.anytime?.shutDown()
    wire.close()
    kernel.history.settle(within: 0.3)
    // Not exit(): a shell may still be inside a cell, and other threads may hold locks.
    _exit(0)
  }
}
