import CellEngine
import Dispatch
import Display
import Glibc
import JupyterWire
import Synchronization

/// Publishes what cells emit, each under the header of the request that ran it.
final class OutputRelay: CellObserver {
  private struct Cell {
    var request: Message
    var isSilent: Bool
    var allowsInput: Bool
    var isRunning = true
    var output = CellOutput()
  }

  private struct State {
    var cells: [CellTag: Cell] = [:]
    var waiting: Set<CellTag> = []
    var lastTag = 0
  }

  /// Cells whose late output still finds its way; older ones are forgotten.
  private static let remembered = 1000
  private static let interval = DispatchTimeInterval.milliseconds(40)

  private let wire: Wire
  private let comms: CommRegistry
  private let input: InputBroker
  private let state = Mutex(State())
  private let somethingWaits = DispatchSemaphore(value: 0)

  init(wire: Wire, comms: CommRegistry, input: InputBroker) {
    self.wire = wire
    self.comms = comms
    self.input = input
  }

  /// Starts the thread that sends waiting output every 40 ms.
  func start() {
    NativeThread.start("output") { [self] in
      while true {
        somethingWaits.wait()
        repeat { usleep(40_000) } while flushWaiting()
      }
    }
  }

  /// Begins a cell's output; what is emitted under the tag belongs to `request`.
  func begin(_ request: Message, isSilent: Bool, allowsInput: Bool) -> CellTag {
    state.withLock { state in
      state.lastTag += 1
      let tag = CellTag(rawValue: state.lastTag)
      state.cells[tag] = Cell(request: request, isSilent: isSilent, allowsInput: allowsInput)
      let forgotten = CellTag(rawValue: state.lastTag - Self.remembered)
      state.cells[forgotten] = nil
      state.waiting.remove(forgotten)
      return tag
    }
  }

  /// Sends all that waits of a cell that has ended; later output is sent as it comes.
  func finish(_ tag: CellTag) {
    state.withLock { state in
      state.cells[tag]?.isRunning = false
      flush(tag, &state, isFinal: true)
    }
  }

  func cell(_ tag: CellTag, emitted event: CellEvent) {
    if case .question(let prompt, let isSecret, let answer) = event {
      ask(prompt, isSecret: isSecret, answer, from: tag)
      return
    }
    // Here nothing is locked: only what emits waits, which is the cell in the end.
    wire.waitForRoom()
    let mustWake = state.withLock { state in
      guard let isSilent = state.cells[tag]?.isSilent else {
        Log.info("output of a forgotten cell dropped")
        return false
      }
      if case .notebook(.comm(let message)) = event {
        flush(tag, &state, isFinal: false)
        comms.sent(message)
        publish(message, parent: state.cells[tag]!.request.header.json)
        return false
      }
      if isSilent { return false }
      // Changed in place: a copy of the waiting text with each print would make floods quadratic.
      if note(event, in: &state.cells[tag]!.output) {
        flush(tag, &state, isFinal: false)
        return false
      }
      return state.cells[tag]!.output.isWaiting && state.waiting.insert(tag).inserted
        && state.waiting.count == 1
    }
    if mustWake { somethingWaits.signal() }
  }

  /// Returns whether the event should be sent at once.
  private func note(_ event: CellEvent, in output: inout CellOutput) -> Bool {
    let now = Self.now
    switch event {
    case .output(let text): output.write(text, to: .stdout, at: now)
    case .errorOutput(let text): output.write(text, to: .stderr, at: now)
    case .notebook(.show(let bundle, let id)): return output.show(bundle, id: id, at: now)
    case .notebook(.update(let bundle, let id)): output.update(bundle, id: id)
    case .notebook(.clear(let wait)): output.clear(wait: wait)
    case .notebook(.comm), .question: break
    }
    return false
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func ask(_ prompt: String, isSecret: Bool, _ answer: InputAnswer, from tag: CellTag) {
    let request = state.withLock { state -> Message? in
      flush(tag, &state, isFinal: false)
      guard let cell = state.cells[tag], cell.isRunning, cell.allowsInput else { return nil }
      return cell.request
    }
    if let request {
      input.ask(prompt, isSecret: isSecret, answer, tag: tag, request: request)
    } else {
      answer(nil)
    }
  }

  /// Returns whether output is left that waits for a later flush.
  private func flushWaiting() -> Bool {
    state.withLock { state in
      for tag in state.waiting { flush(tag, &state, isFinal: false) }
      return !state.waiting.isEmpty
    }
  }

  /// Publishing under the lock keeps the order of messages that of the events.
  private func flush(_ tag: CellTag, _ state: inout State, isFinal: Bool) {
    let items = state.cells[tag]?.output.flush(at: Self.now, isFinal: isFinal) ?? []
    guard let cell = state.cells[tag] else {
      state.waiting.remove(tag)
      return
    }
    for item in items { publish(item, parent: cell.request.header.json) }
    if !cell.output.isWaiting { state.waiting.remove(tag) }
  }

  private func publish(_ item: CellOutput.Item, parent: JSONValue) {
    func content(_ bundle: MimeBundle, _ id: String?) -> JSONValue {
      [
        "data": bundle.wireData, "metadata": bundle.wireMetadata,
        "transient": id.map { ["display_id": .string($0)] } ?? [:],
      ]
    }
    switch item {
    case .stream(let name, let text):
      wire.publish(
        "stream", ["name": .string(name.rawValue), "text": .string(text)], parent: parent)
    case .show(let bundle, let id):
      wire.publish("display_data", content(bundle, id), parent: parent)
    case .update(let bundle, let id):
      wire.publish("update_display_data", content(bundle, id), parent: parent)
    case .clear(let wait):
      wire.publish("clear_output", ["wait": .bool(wait)], parent: parent)
    }
  }

  private func publish(_ message: CommEvent, parent: JSONValue) {
    var content: JSONValue = ["comm_id": .string(message.id), "data": message.data]
    if message.action == .open { content["target_name"] = .string(message.target) }
    wire.publish(
      message.action.wireType, content, parent: parent, metadata: message.metadata,
      buffers: message.buffers)
  }
}
