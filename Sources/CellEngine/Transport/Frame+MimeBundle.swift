import Display

extension MimeBundle {
  /// The bundle as JSON, binary contents in `buffers`.
  func encoded(buffers: inout [[UInt8]]) -> JSONValue {
    var contents: [String: JSONValue] = [:]
    for (type, content) in data {
      switch content {
      case .text(let text): contents[type] = ["text": .string(text)]
      case .json(let value): contents[type] = ["json": value]
      case .bytes(let bytes):
        contents[type] = ["buffer": .integer(buffers.count)]
        buffers.append(bytes)
      }
    }
    return ["data": .object(contents), "metadata": .object(metadata)]
  }

  init(decoding value: JSONValue, buffers: [[UInt8]]) {
    self.init(metadata: value["metadata"]?.objectValue ?? [:])
    for (type, content) in value["data"]?.objectValue ?? [:] {
      if let text = content["text"]?.stringValue {
        data[type] = .text(text)
      } else if let json = content["json"] {
        data[type] = .json(json)
      } else if let index = content["buffer"]?.intValue, buffers.indices.contains(index) {
        data[type] = .bytes(buffers[index])
      }
    }
  }
}

extension Frame {
  /// A frame that carries what a cell's program says to its notebook.
  init(_ event: NotebookEvent, number: Int) {
    var buffers: [[UInt8]] = []
    var header: JSONValue = ["type": "notebook", "number": .integer(number)]
    switch event {
    case .show(let bundle, let id):
      header["event"] = "show"
      header["bundle"] = bundle.encoded(buffers: &buffers)
      header["id"] = id.map(JSONValue.string)
    case .update(let bundle, let id):
      header["event"] = "update"
      header["bundle"] = bundle.encoded(buffers: &buffers)
      header["id"] = .string(id)
    case .clear(let wait):
      header["event"] = "clear"
      header["wait"] = .bool(wait)
    case .comm(let message):
      header["event"] = "comm"
      header["comm"] = message.header
      buffers = message.buffers
    }
    self.init(header, buffers: buffers)
  }

  /// The event in a frame that was made by ``init(_:number:)``.
  var notebookEvent: NotebookEvent? {
    let bundle = MimeBundle(decoding: header["bundle"] ?? .null, buffers: buffers)
    let id = header["id"]?.stringValue
    switch header["event"]?.stringValue {
    case "show": return .show(bundle, id: id)
    case "update": return .update(bundle, id: id ?? "")
    case "clear": return .clear(wait: header["wait"]?.boolValue ?? false)
    case "comm":
      guard let message = header["comm"] else { return nil }
      return .comm(CommEvent(header: message, buffers: buffers))
    default: return nil
    }
  }
}

extension CommEvent {
  var header: JSONValue {
    [
      "action": .string(action.rawValue), "id": .string(id), "target": .string(target),
      "data": data, "metadata": metadata,
    ]
  }

  init(header: JSONValue, buffers: [[UInt8]]) {
    self.init(
      Action(rawValue: header["action"]?.stringValue ?? "") ?? .message,
      id: header["id"]?.stringValue ?? "", target: header["target"]?.stringValue ?? "",
      data: header["data"] ?? [:], metadata: header["metadata"] ?? [:], buffers: buffers)
  }
}
