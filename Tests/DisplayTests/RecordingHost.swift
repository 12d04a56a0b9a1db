import Display
import Synchronization

/// Keeps what a notebook would have shown.
final class RecordingHost: NotebookHost {
  private let recorded = Mutex<[NotebookEvent]>([])

  var events: [NotebookEvent] { recorded.withLock { $0 } }

  /// The outputs in the order in which they appeared, each with its last text.
  var outputs: [String] {
    var ids: [String] = []
    var texts: [String: String] = [:]
    for event in events {
      switch event {
      case .show(let bundle, let id):
        ids.append(id ?? "")
        texts[id ?? ""] = bundle.plain
      case .update(let bundle, let id): texts[id] = bundle.plain
      case .clear, .comm: break
      }
    }
    return ids.map { texts[$0] ?? "" }
  }

  var comms: [CommEvent] {
    events.compactMap { if case .comm(let event) = $0 { event } else { nil } }
  }

  func handle(_ event: NotebookEvent) { recorded.withLock { $0.append(event) } }

  func readLine(prompt: String, isSecret: Bool) throws -> String { throw InputUnavailable() }

  /// Runs `body` in a notebook.
  static func record(_ body: () throws -> Void) rethrows -> RecordingHost {
    let host = RecordingHost()
    try Notebook.$substitute.withValue(host) { try body() }
    return host
  }
}

extension MimeBundle {
  var plain: String {
    guard case .text(let text)? = self["text/plain"] else { return "" }
    return text
  }
}
