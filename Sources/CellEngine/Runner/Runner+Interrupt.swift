import Display
import Glibc

internal import _CCellRunner

extension Runner {
  /// Ends the running cell.
  ///
  /// What waits (for a task, for input) or computes in the runtime looks at a flag. Everything
  /// else is halted again and again until it is where it may be parked for ever: in the cell's
  /// own code, or in a system call that waits. A solver that holds the interrupt gets two seconds
  /// to hand over what it has.
  func interrupt(_ tag: Int64) {
    cell_runner_adopt_own_thread()
    guard let thread = thread(of: tag) else { return }
    cell_runner_set_interrupted(true)
    CheckPoint.isRaised = true
    defer {
      CheckPoint.isRaised = false
      cell_runner_set_interrupted(false)
      state.withLock { $0.interrupting = nil }
    }
    if let frames = park(thread, while: { self.isRunning(tag) }, patience: .max) {
      end(tag, ["ending": "interrupted", "frames": describe(frames)])
    }
    stopTasks(of: tag)
  }

  /// Called by operations of the runtime while a cell is interrupted; other cells' threads go on.
  func stopIfInterrupted() {
    let tag = cell_runner_current_tag()
    if state.withLock({ $0.interrupting == tag }) { cell_runner_stop_here() }
  }

  /// The thread of a running cell; waits for one that is about to start, since the order to run
  /// and the interrupt come from different threads.
  private func thread(of tag: Int64) -> Int64? {
    for _ in 0..<1000 {
      let (thread, isOver, isBusy) = state.withLock { state in
        let isOver = state.started > tag || state.started == tag && state.running == nil
        let isReady = state.running == tag && state.thread > 0 && state.interrupting == nil
        let isBusy = state.interrupting == tag
        if isReady { state.interrupting = tag }
        return (isReady ? state.thread : nil, isOver, isBusy)
      }
      if let thread { return thread }
      if isOver || isBusy { return nil }
      usleep(2000)
    }
    return nil
  }

  /// A cell that was ended by a trap elsewhere leaves its own thread behind.
  func abandonCell(_ tag: Int64) {
    cell_runner_adopt_own_thread()
    let thread = state.withLock { $0.thread }
    _ = park(thread, while: { true }, patience: 2000)
  }

  /// Tasks of an interrupted cell that compute on the pool.
  private func stopTasks(of tag: Int64) {
    var threads = [Int64](repeating: 0, count: 64)
    for _ in 0..<10 {
      let count = cell_runner_pool_threads(&threads, 64)
      for thread in threads.prefix(Int(count)) {
        var snapshot = cell_snapshot()
        guard cell_runner_halt(thread, 20, &snapshot) else { continue }
        let frames = snapshot.addresses
        let mayPark = snapshot.tag == tag && frames.first.map(isCode) == true
        cell_runner_release(mayPark)
        if mayPark { cell_runner_replace_parked(false) }
      }
      usleep(2000)
    }
  }

  private func isCode(_ address: UInt64) -> Bool {
    state.withLock { state in state.code.contains { $0.contains(UInt(address)) } }
  }

  /// Halts a thread until it may be parked; returns where it was.
  private func park(_ thread: Int64, while isWanted: () -> Bool, patience: Int) -> [UInt64]? {
    var blockedSightings = 0
    var attempt = 0
    while isWanted(), attempt < patience {
      attempt += 1
      // Asked before the thread is halted, perhaps with the lock in its hands.
      let isHeld = CheckPoint.isHeld
      var snapshot = cell_snapshot()
      guard cell_runner_halt(thread, 50, &snapshot) else {
        usleep(2000)
        continue
      }
      guard isWanted() else {
        cell_runner_release(false)
        return nil
      }
      let frames = snapshot.addresses
      let isBlocked = cell_runner_is_blocked(snapshot.system_call)
      blockedSightings = isBlocked ? blockedSightings + 1 : 0
      let mayPark =
        !isHeld
        && (frames.first.map(isCode) == true || cell_runner_is_waiting(snapshot.system_call)
          // What looks at the flag itself does so within 20 ms.
          || blockedSightings > 25
          || attempt > 250 && isInterruptibleLibrary(frames))
      cell_runner_release(mayPark)
      if mayPark { return frames }
      usleep(2000)
    }
    return nil
  }

  /// After half a second, code of the standard library that a cell called will do too: sorting a
  /// huge array, say.
  ///
  /// Its C++ runtime will not, which takes locks.
  private func isInterruptibleLibrary(_ frames: [UInt64]) -> Bool {
    guard let first = frames.first, frames.contains(where: isCode) else { return false }
    var location = cell_location()
    guard cell_locate(first, &location) else { return false }
    return String(cString: location.symbol).hasPrefix("$s")
  }
}

extension cell_snapshot {
  var addresses: [UInt64] {
    withUnsafeBytes(of: frames) {
      Array($0.bindMemory(to: UInt64.self).prefix(Int(frame_count)))
    }
  }
}
