import Display

/// The output of one cell on its way to the front end: batched, in order, and bounded.
///
/// Small prints are joined to one message per flush. Of several updates of one display within a
/// flush only the last is sent, and a clearing takes back what was not sent yet: an animation runs
/// as fast as its loop and costs the front end 25 frames a second.
package struct CellOutput: Sendable {
  package enum Item: Sendable, Hashable {
    case stream(StreamName, String)
    case show(MimeBundle, id: String?)
    case update(MimeBundle, id: String)
    case clear(wait: Bool)
  }

  /// Displays that a cell may show at once, and in a second in the long run.
  package static let displayBurst = 2000.0
  package static let displayRate = 20.0

  private var waiting: [Item] = []
  private var gate = FloodGate()
  private var displayAllowance = displayBurst
  private var displaysUpdated = 0.0
  private var displaysDropped = 0

  package init() {}

  /// Whether a later flush has something to send.
  package var isWaiting: Bool { !waiting.isEmpty || gate.isHolding }

  package mutating func write(_ text: String, to stream: StreamName, at now: Double) {
    for chunk in gate.admit(.init(stream, text), at: now) { append(chunk) }
  }

  /// Notes a display; returns whether it should be sent without waiting for the next flush.
  package mutating func show(_ bundle: MimeBundle, id: String?, at now: Double) -> Bool {
    displayAllowance = min(
      Self.displayBurst, displayAllowance + max(0, now - displaysUpdated) * Self.displayRate)
    displaysUpdated = now
    guard displayAllowance >= 1 else {
      displaysDropped += 1
      return false
    }
    displayAllowance -= 1
    // After a clearing this is a frame of an animation, which may yet be taken back.
    let isFrame = waiting.contains { if case .clear = $0 { true } else { false } }
    waiting.append(.show(bundle, id: id))
    return !isFrame
  }

  package mutating func update(_ bundle: MimeBundle, id: String) {
    waiting.removeAll { if case .update(_, id) = $0 { true } else { false } }
    waiting.append(.update(bundle, id: id))
  }

  package mutating func clear(wait: Bool) {
    // Updates may concern another cell's displays: they stay.
    waiting.removeAll { if case .update = $0 { false } else { true } }
    waiting.append(.clear(wait: wait))
    displayAllowance = Self.displayBurst
  }

  /// What is to be sent now, in order; with `isFinal` also what was held back.
  package mutating func flush(at now: Double, isFinal: Bool) -> [Item] {
    for chunk in gate.release(at: now, isFinal: isFinal) { append(chunk) }
    if isFinal && displaysDropped > 0 {
      append(.init(.stderr, "[… \(displaysDropped) displays left out …]\n"))
      displaysDropped = 0
    }
    defer { waiting = [] }
    return waiting
  }

  private mutating func append(_ chunk: FloodGate.Chunk) {
    guard case .stream(chunk.stream, var text)? = waiting.last else {
      waiting.append(.stream(chunk.stream, chunk.text))
      return
    }
    // Taken out first: appending to a string that is also in the array would copy it each time.
    waiting.removeLast()
    text += chunk.text
    waiting.append(.stream(chunk.stream, text))
  }
}
