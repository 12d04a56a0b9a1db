import CellEngine
import Dispatch
import Display
import Glibc
import JupyterWire
import Synchronization

/// Joins the wire and the cells: routes requests and answers those of the control channel.
///
/// The main thread waits for signals; see ``KernelServer``.
final class Kernel: WireHandler {
  let wire: Wire
  let history: HistoryStore
  let comms = CommRegistry()
  let clients = Clients()
  let input: InputBroker
  let output: OutputRelay
  let cells: Cells
  let executions = ExecutionCounter()
  let connectContent: JSONValue
  private let usage = ProcessUsage()
  /// Each subshell has a thread.
  private static let subshellLimit = 64
  private let subshells = Mutex<[String: Shell]>([:])
  private let mainShell = Mutex<Shell?>(nil)
  private let onShutdown: @Sendable () -> Void

  /// - Parameter onShutdown: Called when a front end asked the kernel to end.
  init(
    wire: Wire, connection: ConnectionFile, history: HistoryStore,
    onShutdown: @escaping @Sendable () -> Void
  ) {
    self.wire = wire
    self.history = history
    self.onShutdown = onShutdown
    connectContent = [
      "status": "ok",
      "shell_port": .integer(connection.port(of: .shell)),
      "iopub_port": .integer(connection.port(of: .iopub)),
      "stdin_port": .integer(connection.port(of: .stdin)),
      "control_port": .integer(connection.port(of: .control)),
      "hb_port": .integer(connection.port(of: .heartbeat)),
    ]
    input = InputBroker(wire: wire)
    output = OutputRelay(wire: wire, comms: comms, input: input)
    cells = Cells(observer: output)
    output.start()
    let shell = Shell(kernel: self, id: nil)
    mainShell.withLock { $0 = shell }
    shell.start()
    if let failure = cells.failure { Log.error(failure.message) }
  }

  // MARK: Shell and stdin

  func received(_ message: Message, on channel: Channel) {
    if channel == .stdin {
      guard message.type == "input_reply" else {
        Log.warning("\(message.type) on stdin ignored")
        return
      }
      input.receive(message)
    } else if let id = message.header.subshellID {
      if let subshell = subshells.withLock({ $0[id] }) {
        subshell.append(message)
      } else {
        refuseUnknownSubshell(message, id)
      }
    } else {
      mainShell.withLock { $0 }?.append(message)
    }
  }

  /// Waits until the requests that have arrived by now are in the shells' mailboxes.
  func waitForArrivals() {
    let arrived = DispatchSemaphore(value: 0)
    wire.afterReceiving { arrived.signal() }
    _ = arrived.wait(timeout: .now() + 1)
  }

  private func refuseUnknownSubshell(_ message: Message, _ id: String) {
    publishStatus("busy", parent: message)
    refuse(message, on: .shell, name: "UnknownSubshell", reason: "no subshell is named \(id)")
    publishStatus("idle", parent: message)
  }

  // MARK: Control

  func receivedControl(_ message: Message) {
    publishStatus("busy", parent: message)
    defer { publishStatus("idle", parent: message) }
    do throws(InvalidRequest) {
      if let defect = message.defect { throw InvalidRequest(defect) }
      try answerControl(message)
    } catch {
      Log.warning("\(message.type): \(error)")
      refuse(message, on: .control, name: "InvalidRequest", reason: error.description)
    }
  }

  private func answerControl(_ message: Message) throws(InvalidRequest) {
    switch message.type {
    case "kernel_info_request": reply(message, "kernel_info_reply", KernelInformation.content)
    case "interrupt_request": interrupt(message, on: .control)
    case "shutdown_request": try shutDown(message, on: .control)
    case "usage_request":
      let processes = [getpid()] + (cells.anytime?.processIDs ?? [])
      reply(message, "usage_reply", usage.content(of: processes))
    case "connect_request": reply(message, "connect_reply", connectContent)
    case "create_subshell_request":
      createSubshell(message)
    case "delete_subshell_request": try deleteSubshell(message)
    case "list_subshell_request":
      let ids = subshells.withLock { $0.keys.sorted() }
      reply(
        message, "list_subshell_reply",
        ["status": "ok", "subshell_id": .array(ids.map(JSONValue.string))])
    default: Log.warning("unknown control request \(message.type) ignored")
    }
  }

  private func reply(_ message: Message, _ type: String, _ content: JSONValue) {
    wire.reply(to: message, on: .control, type, content)
  }

  private func createSubshell(_ message: Message) {
    let id = HeaderFactory().session
    let subshell = Shell(kernel: self, id: id)
    let isAdded = subshells.withLock { subshells in
      guard subshells.count < Self.subshellLimit else { return false }
      subshells[id] = subshell
      return true
    }
    guard isAdded else {
      refuse(
        message, on: .control, name: "TooManySubshells",
        reason: "there are \(Self.subshellLimit) subshells; delete one first")
      return
    }
    subshell.start()
    reply(message, "create_subshell_reply", ["status": "ok", "subshell_id": .string(id)])
  }

  private func deleteSubshell(_ message: Message) throws(InvalidRequest) {
    let id = try RequestContent(message.content).string("subshell_id", or: "")
    guard let subshell = subshells.withLock({ $0.removeValue(forKey: id) }) else {
      refuse(
        message, on: .control, name: "UnknownSubshell", reason: "no subshell is named \(id)")
      return
    }
    subshell.stop()
    reply(message, "delete_subshell_reply", ["status": "ok"])
  }

  // MARK: Both

  func publishStatus(_ state: String, parent: Message?) {
    wire.publish(
      "status", ["execution_state": .string(state)], parent: parent?.header.json ?? [:])
  }

  /// Answers a request with an error.
  func refuse(_ message: Message, on channel: Channel, name: String, reason: String) {
    let suffix = "_request"
    guard message.type.hasSuffix(suffix) else { return }
    wire.reply(
      to: message, on: channel, message.type.dropLast(suffix.count) + "_reply",
      [
        "status": "error", "ename": .string(name), "evalue": .string(reason),
        "traceback": [.string("\(name): \(reason)")],
      ])
  }

  func interrupt(_ message: Message, on channel: Channel) {
    interrupt()
    wire.reply(to: message, on: channel, "interrupt_reply", ["status": "ok"])
  }

  func interrupt() { cells.anytime?.interrupt() }

  /// Answers a `shutdown_request` and tells all front ends, then lets the kernel end.
  func shutDown(_ message: Message, on channel: Channel) throws(InvalidRequest) {
    let restart = try RequestContent(message.content).flag("restart", or: false)
    let content: JSONValue = ["status": "ok", "restart": .bool(restart)]
    wire.reply(to: message, on: channel, "shutdown_reply", content)
    wire.publish("shutdown_reply", content, parent: message.header.json)
    onShutdown()
  }

  /// Closes every comm: the process at their other end is gone.
  func closeComms(parent: Message) {
    for id in comms.removeAll() {
      wire.publish(
        "comm_close", ["comm_id": .string(id), "data": [:]], parent: parent.header.json)
    }
  }
}

/// Numbers the cells.
final class ExecutionCounter: Sendable {
  private let counted = Mutex(0)

  /// The number of the last cell that counted.
  var count: Int { counted.withLock { $0 } }

  /// The number of a cell that begins; a cell that does not count leaves it to the next one.
  func begin(isCounted: Bool) -> Int {
    counted.withLock { counted in
      if isCounted { counted += 1 }
      return isCounted ? counted : counted + 1
    }
  }
}
