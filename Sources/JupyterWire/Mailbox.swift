import Dispatch
import Synchronization

/// A queue that one thread reads and any thread fills.
package final class Mailbox<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var head = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)

  package init() {}

  package func append(_ element: Element) {
    state.withLock { $0.elements.append(element) }
    filled.signal()
  }

  /// The oldest element; waits for one.
  ///
  /// `nil` once the mailbox is closed and empty.
  package func next() -> Element? {
    filled.wait()
    return state.withLock { state in
      guard state.head < state.elements.count else { return nil }
      let element = state.elements[state.head]
      state.head += 1
      // Forgetting the read part now and then costs less than moving the rest each time.
      if state.head == state.elements.count || state.head >= 256 {
        state.elements.removeFirst(state.head)
        state.head = 0
      }
      return element
    }
  }

  /// Changes the elements that wait.
  package func update(_ change: (inout Element) -> Void) {
    state.withLock { state in
      for index in state.head..<state.elements.count { change(&state.elements[index]) }
    }
  }

  /// Lets ``next()`` return `nil` after the elements that wait.
  package func close() {
    state.withLock { $0.isClosed = true }
    filled.signal()
  }
}
