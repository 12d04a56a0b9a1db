import CellEngine
import Display
import JupyterWire

extension Shell {
  func complete(_ message: Message) throws(InvalidRequest) {
    let content = RequestContent(message.content)
    let source = try content.string("code")
    let unit = kernel.clients.unit(of: message)
    let offset = try Self.offset(of: content, in: source, unit)
    let completions =
      ask { $0.complete(source, at: offset) } ?? Completions(items: [], replacing: offset..<offset)
    let start = CodePoints.codePoint(
      ofUTF8Offset: completions.replacing.lowerBound, in: source, unit: unit)
    let end = CodePoints.codePoint(
      ofUTF8Offset: completions.replacing.upperBound, in: source, unit: unit)
    let types = completions.items.map { item -> JSONValue in
      [
        "text": .string(item.text), "type": .string(item.kind),
        "signature": .string(item.signature), "start": .integer(start), "end": .integer(end),
      ]
    }
    reply(
      to: message, "complete_reply",
      [
        "status": "ok", "matches": .array(completions.items.map { .string($0.text) }),
        "cursor_start": .integer(start), "cursor_end": .integer(end),
        "metadata": ["_jupyter_types_experimental": .array(types)],
      ])
  }

  func inspect(_ message: Message) throws(InvalidRequest) {
    let content = RequestContent(message.content)
    let source = try content.string("code")
    let offset = try Self.offset(of: content, in: source, kernel.clients.unit(of: message))
    let isDetailed = try content.integer("detail_level", or: 0) > 0
    let inspection =
      ask { $0.inspect(source, at: offset, isDetailed: isDetailed) }.flatMap { $0 }
    var data: JSONValue = [:]
    if let inspection {
      data["text/plain"] = .string(inspection.plainText)
      if !inspection.html.isEmpty { data["text/html"] = .string(inspection.html) }
      if !inspection.markdown.isEmpty { data["text/markdown"] = .string(inspection.markdown) }
    }
    reply(
      to: message, "inspect_reply",
      ["status": "ok", "found": .bool(inspection != nil), "data": data, "metadata": [:]])
  }

  /// Where the cursor is, as a UTF-8 offset; at the end where the client does not say.
  private static func offset(of content: RequestContent, in source: String, _ unit: CodePoints.Unit)
    throws(InvalidRequest) -> Int
  {
    let position = try content.integer("cursor_pos", or: .max)
    return CodePoints.utf8Offset(ofCodePoint: position, in: source, unit: unit)
  }

  func isComplete(_ message: Message) throws(InvalidRequest) {
    let source = try RequestContent(message.content).string("code")
    var content: JSONValue = ["status": "unknown"]
    switch ask({ $0.completeness(of: source) }) {
    case .complete: content = ["status": "complete"]
    case .incomplete(let indent): content = ["status": "incomplete", "indent": .string(indent)]
    case .invalid: content = ["status": "invalid"]
    case nil: break
    }
    reply(to: message, "is_complete_reply", content)
  }

  func history(_ message: Message) throws(InvalidRequest) {
    let content = RequestContent(message.content)
    let withOutput = try content.flag("output", or: false)
    let entries =
      switch try content.string("hist_access_type", or: "tail") {
      case "range":
        kernel.history.range(
          session: try content.integer("session", or: 0),
          from: try content.integer("start", or: 1), to: try content.optionalInteger("stop"))
      case "search":
        kernel.history.search(
          try content.string("pattern", or: "*"),
          isUnique: try content.flag("unique", or: false), count: try content.optionalInteger("n"))
      default: kernel.history.tail(try content.integer("n", or: 10))
      }
    let history = entries.map { entry -> JSONValue in
      let source = JSONValue.string(entry.source)
      let output = entry.output.map(JSONValue.string) ?? .null
      return [
        .integer(entry.session), .integer(entry.line), withOutput ? [source, output] : source,
      ]
    }
    reply(to: message, "history_reply", ["status": "ok", "history": .array(history)])
  }

  func comm(_ message: Message, _ action: CommEvent.Action) throws(InvalidRequest) {
    guard let event = try kernel.comms.receive(message, as: action) else {
      Log.info("\(message.type) for an unknown comm ignored")
      return
    }
    kernel.cells.anytime?.receive(event)
  }

  /// The shell waits for its turn; a subshell, made to answer while a cell runs, does without.
  private func ask<Value: Sendable>(_ body: (CellSession) -> Value) -> Value? {
    id == nil ? kernel.cells.wait(body) : kernel.cells.ifIdle(body)
  }
}
