import Display
import JupyterWire
import Synchronization

/// What is known about the programs that use this kernel.
final class Clients: Sendable {
  /// Sessions of VS Code, known by the cells that they ran.
  private let visualStudioCode = Mutex<Set<String>>([])

  /// Learns from a request to run a cell who sent it.
  func note(_ message: Message) {
    guard let cell = message.metadata["cellId"]?.stringValue, cell.hasPrefix("vscode-"),
      let session = message.header.json["session"]?.stringValue
    else { return }
    visualStudioCode.withLock { _ = $0.insert(session) }
  }

  /// What the client that sent `message` counts positions in.
  ///
  /// VS Code sends its editor's own offsets. It takes a random identifier for its user's name, which
  /// other clients leave empty or fill with a name.
  func unit(of message: Message) -> CodePoints.Unit {
    let session = message.header.json["session"]?.stringValue ?? ""
    let user = message.header.json["username"]?.stringValue ?? ""
    let isKnown = visualStudioCode.withLock { $0.contains(session) }
    return isKnown || user.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil
      ? .utf16 : .codePoint
  }
}
