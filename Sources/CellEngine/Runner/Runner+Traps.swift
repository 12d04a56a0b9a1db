import Display
import Glibc

internal import _CCellRunner

extension Runner {
  /// Waits for news of parked threads.
  func hearOfTraps() {
    cell_runner_adopt_own_thread()
    var event = cell_event()
    var source = pollfd(fd: events, events: Int16(POLLIN), revents: 0)
    while true {
      let size = MemoryLayout<cell_event>.size
      if poll(&source, 1, 500) == 0 {
        noticeVanishedThread()
        continue
      }
      let count = read(events, &event, size)
      if count < 0, errno == EINTR { continue }
      guard count == size else { return }
      handle(event)
    }
  }

  /// Ends a cell whose thread is gone without a word: no call of the C library does that, but a
  /// system call can.
  private func noticeVanishedThread() {
    let (tag, thread) = state.withLock { ($0.running, $0.thread) }
    guard let tag, thread > 0, !cell_thread_exists(thread) else { return }
    end(tag, ["ending": "left"])
  }

  private func handle(_ event: cell_event) {
    let frames = withUnsafeBytes(of: event.frames) {
      Array($0.bindMemory(to: UInt64.self).prefix(Int(event.frame_count)))
    }
    var report: JSONValue = ["frames": describe(frames)]
    switch Int(event.kind) {
    case Int(CELL_EVENT_EXIT.rawValue):
      report["ending"] = "exited"
      report["code"] = .integer(Int(event.exit_code))
    case Int(CELL_EVENT_LEFT.rawValue): report["ending"] = "left"
    case Int(CELL_EVENT_STOPPED.rawValue):
      let reason = state.withLock { $0.stopReason }
      report["ending"] = reason == nil ? "interrupted" : "stopped"
      report["reason"] = reason.map(JSONValue.string)
    default:
      report["ending"] = "trapped"
      report["signal"] = .integer(Int(event.signal))
      report["address"] = .string(String(event.fault_address, radix: 16))
      report["stackOverflow"] = .bool(event.is_stack_overflow)
      report["outOfMemory"] = .bool(event.is_out_of_memory)
    }
    if event.is_pool_thread || event.is_main_thread {
      cell_runner_replace_parked(event.is_main_thread)
    }
    if state.withLock({ $0.commThread == event.thread }) { serveComms() }
    if let reason = damage(report) {
      channel.send(Frame(["type": "lost", "reason": .string(reason)]))
      return
    }
    if isRunning(event.tag) {
      let isOwn = state.withLock { $0.thread == event.thread }
      end(event.tag, report)
      if !isOwn { startThread { self.abandonCell(event.tag) } }
    } else {
      cell_runner_flush()
      let number = nextNumber()
      report["type"] = "late"
      report["number"] = .integer(number)
      sendInOrder(Frame(report), number: number, tag: event.tag)
    }
    if let reason = probe() { channel.send(Frame(["type": "lost", "reason": .string(reason)])) }
  }

  /// A parked thread that owns a lock of the allocator would hang what follows.
  private func damage(_ report: JSONValue) -> String? {
    guard report["ending"]?.stringValue == "trapped" else { return nil }
    for frame in (report["frames"]?.arrayValue ?? []).prefix(12) {
      let symbol = frame["symbol"]?.stringValue ?? ""
      let image = frame["image"]?.stringValue ?? ""
      if image.hasSuffix(".so.6") || image.contains("/libc."), Runner.allocator.contains(symbol) {
        return "the memory of the session was damaged (found by \(symbol))"
      }
    }
    return nil
  }

  private static let allocator: Set<String> = [
    "malloc", "free", "cfree", "calloc", "realloc", "memalign", "posix_memalign", "aligned_alloc",
    "malloc_usable_size", "malloc_trim", "__libc_malloc", "__libc_free", "__libc_calloc",
    "__libc_realloc", "__libc_memalign",
  ]

  /// Tries what every cell needs (memory, the loader, type metadata) on a thread of its own.
  private func probe() -> String? {
    let done = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    done.initialize(to: 0)
    nonisolated(unsafe) let flag = done
    let isStarted = startThread {
      cell_runner_adopt_own_thread()
      for size in [16, 200, 4000, 200_000] { free(malloc(size)) }
      _ = dlsym(nil, "swift_retain")
      flag.pointee = 1
    }
    // Nothing is wrong with locks where only threads are missing.
    guard isStarted else { return nil }
    for _ in 0..<1000 {
      if cell_runner_load(done) == 1 {
        done.deallocate()
        return nil
      }
      usleep(1000)
    }
    return "a thread that was stopped holds a lock which everything else needs"
  }

  // MARK: Addresses

  /// Where addresses are: file, offset in it, nearest exported symbol.
  ///
  /// All but the first are return addresses, one behind the call, which may be the last
  /// instruction of its line.
  func describe(_ frames: [UInt64], isReturnFirst: Bool = false) -> JSONValue {
    var described: [JSONValue] = []
    for (index, address) in frames.enumerated() {
      let place = index == 0 && !isReturnFirst ? address : address &- 1
      var location = cell_location()
      guard cell_locate(place, &location) else { continue }
      described.append([
        "image": .string(String(cString: location.image)),
        "offset": .integer(Int(location.offset)),
        "symbol": .string(String(cString: location.symbol)),
      ])
    }
    return .array(described)
  }

  /// Remembers where a cell's code lies.
  func noteCode(around symbol: UnsafeMutableRawPointer) -> Range<UInt>? {
    var low: UInt64 = 0
    var high: UInt64 = 0
    guard cell_code_range(symbol, &low, &high) else { return nil }
    let range = UInt(low)..<UInt(high)
    state.withLock { $0.code.append(range) }
    return range
  }
}
