import CellEngine
import Display
import JupyterWire

extension Shell {
  /// Runs a cell: `execute_input`, its outputs, its result or error, then the reply.
  func execute(_ message: Message) throws(InvalidRequest) {
    let content = RequestContent(message.content)
    let source = try content.string("code")
    kernel.clients.note(message)
    let allowsInput = try content.flag("allow_stdin", or: false)
    let stopsOnError = try content.flag("stop_on_error", or: true)
    let isSilent = try content.flag("silent", or: false)
    let storesHistory = try content.flag("store_history", or: true)
    let isStored = !isSilent && storesHistory
    let number = kernel.executions.begin(isCounted: isStored)
    let started = Timestamp.now()
    if !isSilent {
      kernel.wire.publish(
        "execute_input", ["code": .string(source), "execution_count": .integer(number)],
        parent: message.header.json)
    }
    if isStored { kernel.history.record(source, line: number) }

    let tag = kernel.output.begin(message, isSilent: isSilent, allowsInput: allowsInput)
    let report = kernel.cells.run(
      CellRequest(
        source: source, number: number, cellID: message.metadata["cellId"]?.stringValue,
        wantsResult: !isSilent, allowsInput: allowsInput,
        updatesDisplays: !(allowsInput && message.header.isOfPythonClient)),
      tag: tag)
    kernel.input.withdraw(tag)
    kernel.output.finish(tag)

    var reply: JSONValue = [
      "execution_count": .integer(isStored ? number : kernel.executions.count),
      "payload": .array(report.requests.map(Self.payload)), "user_expressions": [:],
    ]
    switch report.outcome {
    case .completed(let result):
      if let result, !isSilent {
        kernel.wire.publish(
          "execute_result",
          [
            "execution_count": .integer(number), "data": result.wireData,
            "metadata": result.wireMetadata,
          ],
          parent: message.header.json)
        if isStored, case .text(let text)? = result["text/plain"] {
          kernel.history.record(output: text, line: number)
        }
      }
      reply["status"] = "ok"
      reply["user_expressions"] = evaluate(message.content["user_expressions"], tag: tag)
    case .failed(let failure):
      if !isSilent {
        kernel.wire.publish("error", Self.content(of: failure), parent: message.header.json)
      }
      reply["status"] = "error"
      for (name, value) in Self.content(of: failure).objectValue ?? [:] { reply[name] = value }
      if failure.name == "SessionLost" { kernel.closeComms(parent: message) }
      if !isSilent && stopsOnError { abortWaitingExecutions() }
    }
    self.reply(
      to: message, "execute_reply", reply,
      metadata: [
        "started": .string(started), "status": reply["status"] ?? "ok",
        "timings": [
          "compiling": .number(report.timings.compiling),
          "loading": .number(report.timings.loading),
          "running": .number(report.timings.running),
        ],
      ])
  }

  /// Marks the cells that wait behind a failed one; other requests are answered as usual.
  private func abortWaitingExecutions() {
    // A front end sends all cells at once, but some may still be in the socket.
    kernel.waitForArrivals()
    requests.update { request in
      if request.message.type == "execute_request" { request.isAborted = true }
    }
  }

  private func evaluate(_ expressions: JSONValue?, tag: CellTag) -> JSONValue {
    let values = (expressions?.objectValue ?? [:]).map { name, expression -> (String, JSONValue) in
      let source = expression.stringValue ?? ""
      switch kernel.cells.wait({ $0.evaluate(source, tag: tag) }) {
      case .success(let bundle):
        return (
          name, ["status": "ok", "data": bundle.wireData, "metadata": bundle.wireMetadata]
        )
      case .failure(let failure):
        var content = Self.content(of: failure)
        content["status"] = "error"
        return (name, content)
      case nil: return (name, ["status": "error", "ename": "", "evalue": "", "traceback": []])
      }
    }
    return .object(Dictionary(values, uniquingKeysWith: { first, _ in first }))
  }

  private static func content(of failure: CellFailure) -> JSONValue {
    [
      "ename": .string(failure.name), "evalue": .string(failure.message),
      // One text: some programs put an empty line between two of them.
      "traceback": [.string(failure.traceback.joined(separator: "\n"))],
    ]
  }

  private static func payload(_ request: CellReport.Request) -> JSONValue {
    switch request {
    case .page(let bundle): ["source": "page", "data": bundle.wireData, "start": 0]
    case .setNextInput(let text, let replacing):
      ["source": "set_next_input", "text": .string(text), "replace": .bool(replacing)]
    }
  }
}
