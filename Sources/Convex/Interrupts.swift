import Display

/// Calls `body` with what a kernel asks at each iteration, from any of its threads: whether the cell
/// is interrupted or the task that called is cancelled.
func withInterrupts<Result>(
  _ body: (@convention(c) (UnsafeRawPointer?) -> Int32, UnsafeRawPointer) throws -> Result
) rethrows -> Result {
  try withUnsafeCurrentTask { task in
    try withUnsafePointer(to: task) { task in
      try body(
        { context in
          if CheckPoint.isRaised { return 1 }
          let task = context?.assumingMemoryBound(to: UnsafeCurrentTask?.self).pointee
          return task?.isCancelled == true ? 1 : 0
        }, task)
    }
  }
}
