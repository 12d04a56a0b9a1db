import CellSupport
import Display
import Glibc
import Plotting

internal import _CCellRunner

/// The process that runs cells.
///
/// Its main thread serves the main actor and the main queue. A control thread obeys the session;
/// another one hears of traps. Each cell gets a fresh thread.
public enum RunnerService {
  /// Serves until the other side closes the channel.
  public static func run(descriptor: Int32) -> Never {
    signal(SIGINT, SIG_IGN)
    // A program that is started here must not keep the channel open after our end.
    _ = cell_close_in_programs(descriptor)
    let channel = Channel(descriptor: descriptor)
    guard let start = channel.receive(), let mark = start.header["mark"]?.stringValue else {
      exit(1)
    }
    for library in start.header["preload"]?.arrayValue ?? [] {
      dlopen(library.stringValue ?? "", RTLD_NOW | RTLD_GLOBAL)
    }
    var events: [Int32] = [0, 0]
    guard cell_pipe(&events) else { exit(1) }
    let runner = Runner(
      channel: channel, events: events[0],
      mark: start.header["processes"]?.stringValue ?? "")
    Runner.shared = runner
    cell_runner_set_tag_lookup { _CellRuntime.tag }
    _ = _CellRuntime.tag
    cell_runner_replace_streams(mark) { buffer, capacity in
      Runner.shared.readInput(into: buffer!, capacity: capacity)
    }
    cell_runner_take_executors()
    cell_runner_start(events[1])
    cell_runner_prepare_threads(2)
    cell_reserves_fill()
    _CellRuntime.showResult = { runner.show(result: $0) }
    Notebook.host = runner
    CheckPoint.handler = { runner.stopIfInterrupted() }
    startThread { runner.hearOfTraps() }
    startThread { runner.obey() }
    // The first figure would wait for the fonts to be found.
    startThread {
      cell_runner_adopt_own_thread()
      Plotting.warmUp()
    }
    cell_runner_serve_main()
  }
}

/// Starts a thread of the process's own; returns whether that was possible.
@discardableResult
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(Body(body))
  let failed = pthread_create(
    &thread, nil,
    { argument in
      let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
      body.run()
      return nil
    }, argument.toOpaque())
  guard failed == 0 else {
    argument.release()
    return false
  }
  pthread_detach(thread)
  return true
}
