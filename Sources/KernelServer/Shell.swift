import Display
import JupyterWire
import Synchronization

/// Answers the requests of the shell channel, or of one subshell, one after another.
///
/// Each request is framed by the statuses `busy` and `idle`; its reply leaves before `idle`, which
/// front ends take as the end of everything that belongs to it.
final class Shell: Sendable {
  struct Request: Sendable {
    var message: Message
    /// Whether an earlier request failed, so that this one is not to run.
    var isAborted = false
  }

  let kernel: Kernel
  /// The subshell's name; `nil` for the shell itself.
  let id: String?
  let requests = Mailbox<Request>()

  init(kernel: Kernel, id: String?) {
    self.kernel = kernel
    self.id = id
  }

  /// Starts the thread.
  ///
  /// Its stack is deep since cells are parsed on it.
  func start() {
    NativeThread.start(id == nil ? "shell" : "subshell", stackSize: 64 << 20) { [self] in
      while let request = requests.next() { handle(request) }
    }.detach()
  }

  func append(_ message: Message) { requests.append(Request(message: message)) }

  /// Ends the thread after the requests that wait.
  func stop() { requests.close() }

  private func handle(_ request: Request) {
    let message = request.message
    kernel.publishStatus("busy", parent: message)
    defer { kernel.publishStatus("idle", parent: message) }
    do throws(InvalidRequest) {
      try answer(message, isAborted: request.isAborted)
    } catch {
      Log.warning("\(message.type): \(error)")
      kernel.refuse(message, on: .shell, name: "InvalidRequest", reason: error.description)
    }
  }

  private func answer(_ message: Message, isAborted: Bool) throws(InvalidRequest) {
    if let defect = message.defect { throw InvalidRequest(defect) }
    switch message.type {
    case "execute_request":
      if isAborted {
        reply(to: message, "execute_reply", ["status": "aborted"])
      } else {
        try execute(message)
      }
    case "kernel_info_request": reply(to: message, "kernel_info_reply", KernelInformation.content)
    case "complete_request": try complete(message)
    case "inspect_request": try inspect(message)
    case "is_complete_request": try isComplete(message)
    case "history_request": try history(message)
    case "comm_info_request":
      let target = try RequestContent(message.content).optionalString("target_name")
      reply(to: message, "comm_info_reply", kernel.comms.content(target: target))
    case "comm_open": try comm(message, .open)
    case "comm_msg": try comm(message, .message)
    case "comm_close": try comm(message, .close)
    case "connect_request": reply(to: message, "connect_reply", kernel.connectContent)
    case "shutdown_request": try kernel.shutDown(message, on: .shell)
    case "interrupt_request": kernel.interrupt(message, on: .shell)
    default: Log.warning("unknown request \(message.type) ignored")
    }
  }

  func reply(
    to message: Message, _ type: String, _ content: JSONValue, metadata: JSONValue = [:]
  ) {
    kernel.wire.reply(to: message, on: .shell, type, content, metadata: metadata)
  }
}
