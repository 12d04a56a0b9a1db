import Synchronization

/// A bar that shows how far a computation has come, for steps that are not a loop over a
/// sequence; for those, see ``progress(_:label:total:)``.
///
/// ```swift
/// let bar = ProgressBar(total: 300, label: "training")
/// for epoch in 0..<3 {
///   for batch in 0..<100 { bar.advance() }
///   bar.message = "loss \(1.0 / Double(epoch + 1))"
/// }
/// bar.done()
/// ```
///
/// The bar updates in place, at most ten times a second. A bar that reaches its total is done; one
/// that is let go before says that it stopped. A bar that starts while another one of the same
/// thread or task runs is nested: with each step of the outer bar, its inner bars begin again on
/// the same lines. Bars may be advanced from several threads at once.
///
/// In a plain program the bar is drawn on standard error, if that is a terminal, and its last
/// state printed there otherwise. In a console, which cannot replace what it showed, it is a line
/// of standard error that begins anew with each step.
public final class ProgressBar: Sendable {
  private let state: Mutex<State>
  private let clock: @Sendable () -> Duration
  fileprivate let isLoop: Bool

  struct State: Sendable {
    var picture: ProgressPicture
    /// The name of the output that shows the bar, and whether there is one already.
    var displayID: String
    var isShown: Bool
    weak var parent: ProgressBar?
    /// Outputs of inner bars that ended in this step, and those that the inner bars of this step
    /// may use again.
    var endedDisplayIDs: [String] = []
    var freeDisplayIDs: [String] = []
    var started: Duration
    var lastDrawn: Duration?
    // No lock is held while a thread draws: a host may be slow, and a thread of a notebook may
    // be stopped for good.
    var isDrawing = false
    /// Whether the thread that draws shall do so once more.
    var isOutdated = false
  }

  /// Starts a bar at 0.
  ///
  /// - Parameters:
  ///   - total: the number of steps; `nil` if it is not known.
  ///   - label: says what is being done.
  public convenience init(total: Int? = nil, label: String = "") {
    let start = ContinuousClock.now
    self.init(total: total, label: label, clock: { ContinuousClock.now - start })
  }

  /// A bar of a loop, which knows best when it ends.
  convenience init(ofLoop label: String, total: Int?) {
    let start = ContinuousClock.now
    self.init(
      total: total, label: label, isLoop: true, clock: { ContinuousClock.now - start })
  }

  /// A bar by another clock, for tests.
  package init(
    total: Int?, label: String, isLoop: Bool = false,
    clock: @escaping @Sendable () -> Duration
  ) {
    self.clock = clock
    self.isLoop = isLoop
    let parent = RunningBars.innermost()
    let reused = parent?.state.withLock { state in
      state.freeDisplayIDs.isEmpty ? nil : state.freeDisplayIDs.removeFirst()
    }
    state = Mutex(
      State(
        picture: ProgressPicture(label: label, total: total.map { max(0, $0) }),
        displayID: reused ?? "progress-" + String(UInt64.random(in: .min ... .max), radix: 36),
        isShown: reused != nil, parent: parent, started: clock()))
    RunningBars.add(self)
    draw(isUrgent: true)
  }

  deinit { stop() }

  /// Ends the bar as stopped, unless it has ended already.
  fileprivate func stop() {
    let isRunning = state.withLock { state in
      guard state.picture.phase == .running else { return false }
      state.picture.phase = .stopped
      return true
    }
    if isRunning { end() }
  }

  /// The number of steps done.
  public var value: Int { state.withLock { $0.picture.value } }

  /// A remark behind the figures, such as the loss of the last epoch.
  public var message: String {
    get { state.withLock { $0.picture.message } }
    set {
      state.withLock { $0.picture.message = newValue }
      draw(isUrgent: false)
    }
  }

  /// Sets the number of steps done.
  public func update(to value: Int) {
    change { $0.value = value }
  }

  /// Adds to the number of steps done.
  public func advance(by steps: Int = 1) {
    change { $0.value += steps }
  }

  private func change(_ change: (inout ProgressPicture) -> Void) {
    let hasEnded = state.withLock { state in
      change(&state.picture)
      state.freeDisplayIDs = state.endedDisplayIDs + state.freeDisplayIDs
      state.endedDisplayIDs = []
      guard !isLoop, state.picture.phase == .running, let total = state.picture.total,
        state.picture.value >= total
      else { return false }
      state.picture.phase = .done
      return true
    }
    if hasEnded { end() } else { draw(isUrgent: false) }
  }

  /// Ends the bar as done.
  public func done(_ message: String? = nil) { end(.done, message) }

  /// Ends the bar as failed.
  public func failed(_ message: String? = nil) { end(.failed, message) }

  private func end(_ phase: ProgressPicture.Phase, _ message: String?) {
    let isNews = state.withLock { state in
      let isNews = state.picture.phase != phase || message != nil
      state.picture.phase = phase
      if let message { state.picture.message = message }
      return isNews
    }
    if isNews { end() }
  }

  /// Draws the last state and leaves the bar's output to the next inner bar.
  private func end() {
    draw(isUrgent: true)
    RunningBars.remove(self)
    let (parent, displayID) = state.withLock { state in
      defer { state.parent = nil }
      return (state.parent, state.displayID)
    }
    parent?.state.withLock { $0.endedDisplayIDs.append(displayID) }
  }

  // MARK: Drawing

  private static let interval = Duration.milliseconds(100)

  private struct Drawing {
    var picture: ProgressPicture
    var displayID: String
    var isFirst: Bool
    var parent: ProgressBar?
  }

  private func draw(isUrgent: Bool) {
    let now = clock()
    var next = state.withLock { state -> Drawing? in
      let isDue = state.lastDrawn.map { now - $0 >= ProgressBar.interval } ?? true
      guard isUrgent || isDue else { return nil }
      guard !state.isDrawing else {
        state.isOutdated = true
        return nil
      }
      state.isDrawing = true
      return ProgressBar.drawing(of: &state, at: now)
    }
    while let drawing = next {
      show(drawing)
      next = state.withLock { state -> Drawing? in
        state.isDrawing = state.isOutdated
        guard state.isOutdated else { return nil }
        state.isOutdated = false
        return ProgressBar.drawing(of: &state, at: clock())
      }
    }
  }

  private static func drawing(of state: inout State, at now: Duration) -> Drawing {
    defer { state.isShown = true }
    state.lastDrawn = now
    state.picture.elapsed = now - state.started
    return Drawing(
      picture: state.picture, displayID: state.displayID, isFirst: !state.isShown,
      parent: state.parent)
  }

  private func show(_ drawing: Drawing) {
    let isInNotebook = Notebook.host != nil
    guard !isInNotebook || !Notebook.updatesDisplays else {
      let bundle = MimeBundle(text: drawing.picture.text, html: drawing.picture.html)
      Notebook.send(
        drawing.isFirst
          ? .show(bundle, id: drawing.displayID) : .update(bundle, id: drawing.displayID))
      return
    }
    let isEnd = drawing.picture.phase != .running
    guard isInNotebook || ErrorTerminal.isPresent else {
      if isEnd { ErrorTerminal.write(drawing.picture.text + "\n") }
      return
    }
    // Inner bars share the line of the outer one, whose state they repeat.
    let outer = drawing.parent?.state.withLockIfAvailable { $0.picture.brief + " › " } ?? ""
    let text = outer + drawing.picture.text
    let end = isEnd && drawing.parent == nil ? "\n" : ""
    guard isInNotebook else {
      ErrorTerminal.write("\r\u{1B}[K" + TextColumns.truncated(text, to: 100) + end)
      return
    }
    // Blanks delete the rest of the line everywhere, control sequences do not.
    let width = ProgressBar.consoleWidth
    ErrorTerminal.printInOrder(
      "\r" + TextColumns.padded(TextColumns.truncated(text, to: width), to: width) + end)
  }

  /// What fits into the usual terminal: a line that is longer cannot be written over.
  private static let consoleWidth = 79

  /// Says that the cell in which the bar runs has ended before it.
  ///
  /// The thread that drives the bar may be halted anywhere, so nothing here waits for it.
  fileprivate func abandon(as phase: ProgressPicture.Phase) {
    let drawing = state.withLockIfAvailable { state -> Drawing? in
      guard state.picture.phase == .running else { return nil }
      state.picture.phase = phase
      return ProgressBar.drawing(of: &state, at: clock())
    }
    if case .some(.some(let drawing)) = drawing { show(drawing) }
  }
}

extension Notebook {
  /// Ends the bars of loops that the calling thread has left.
  ///
  /// For the cell engine, at the end of each cell: the compiler keeps the iterator of a loop at
  /// top level alive, so that the bar cannot notice a `break` by itself.
  package static func stopLoopBars() {
    for bar in RunningBars.loops() { bar.stop() }
  }

  /// For the cell engine, at the start of each cell.
  package static func noteCellStart() { RunningBars.noteCellStart() }

  /// Ends the bars that were started since the last ``noteCellStart()``: the code that drives
  /// them was interrupted or trapped.
  ///
  /// For the cell engine; may be called while threads of the cell are halted.
  package static func abandonBars(isInterrupted: Bool) {
    for bar in RunningBars.sinceCellStart() {
      bar.abandon(as: isInterrupted ? .interrupted : .stopped)
    }
  }
}

/// The bars that run, by the flow of control they were started in.
private enum RunningBars {
  private struct Entry: Sendable {
    let flow: CurrentFlow
    let identity: ObjectIdentifier
    let number: Int
    weak var bar: ProgressBar?
  }

  private static let entries = Mutex<[Entry]>([])
  private static let countAtCellStart = Mutex(0)
  private static let count = Mutex(0)

  /// The bar that was started last in this flow and has not ended.
  static func innermost() -> ProgressBar? {
    let flow = CurrentFlow.now
    return entries.withLock { $0.last { $0.flow == flow && $0.bar != nil }?.bar }
  }

  static func add(_ bar: ProgressBar) {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let entry = Entry(flow: .now, identity: ObjectIdentifier(bar), number: number, bar: bar)
    entries.withLock { entries in
      entries.removeAll { $0.bar == nil }
      entries.append(entry)
    }
  }

  /// The bars of the present flow's loops, the innermost first.
  static func loops() -> [ProgressBar] {
    let flow = CurrentFlow.now
    return entries.withLock { entries in
      entries.reversed().compactMap { $0.flow == flow ? $0.bar : nil }
    }.filter(\.isLoop)
  }

  static func noteCellStart() {
    let now = count.withLock { $0 }
    countAtCellStart.withLock { $0 = now }
  }

  /// The bars that run and were started since the last cell began, the innermost first.
  static func sinceCellStart() -> [ProgressBar] {
    let start = countAtCellStart.withLock { $0 }
    let bars = entries.withLockIfAvailable { entries in
      entries.reversed().compactMap { $0.number > start ? $0.bar : nil }
    }
    return bars ?? []
  }

  static func remove(_ bar: ProgressBar) {
    let identity = ObjectIdentifier(bar)
    entries.withLock { $0.removeAll { $0.identity == identity } }
  }
}
