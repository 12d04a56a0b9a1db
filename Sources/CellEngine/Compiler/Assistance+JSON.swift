import Display

extension Completions {
  var encoded: JSONValue {
    [
      "type": "completions", "start": .integer(replacing.lowerBound),
      "end": .integer(replacing.upperBound),
      "items": .array(
        items.map {
          ["text": .string($0.text), "kind": .string($0.kind), "signature": .string($0.signature)]
        }),
    ]
  }

  init(decoding value: JSONValue, at offset: Int) {
    let start = value["start"]?.intValue ?? offset
    let end = value["end"]?.intValue ?? offset
    self.init(
      items: (value["items"]?.arrayValue ?? []).map {
        Item(
          text: $0["text"]?.stringValue ?? "", kind: $0["kind"]?.stringValue ?? "",
          signature: $0["signature"]?.stringValue ?? "")
      }, replacing: min(start, end)..<end)
  }
}

extension Inspection {
  var encoded: JSONValue {
    [
      "type": "inspection", "text": .string(plainText), "html": .string(html),
      "markdown": .string(markdown),
    ]
  }

  init?(decoding value: JSONValue) {
    guard value["type"]?.stringValue == "inspection" else { return nil }
    self.init(
      plainText: value["text"]?.stringValue ?? "", html: value["html"]?.stringValue ?? "",
      markdown: value["markdown"]?.stringValue ?? "")
  }

  /// - Parameters:
  ///   - signatures: The declarations that the text means, first of all.
  ///   - overloads: Others of the same name, each with its first sentence.
  ///   - documentation: The comment as it is written, in Markdown.
  ///   - documentationXML: The same as the compiler read it.
  init(
    signatures: [String], overloads: [(signature: String, brief: String)], documentation: String,
    documentationXML: String, module: String?, source: String?
  ) {
    var (plain, markdown, html): ([String], [String], [String]) = ([], [], [])
    func add(code: String) {
      plain.append(code)
      markdown.append("```swift\n\(code)\n```")
      html.append("<pre><code>\(escapedHTML(code))</code></pre>")
    }
    func add(text: String) {
      plain.append(text)
      markdown.append(text)
      html.append("<p>\(escapedHTML(text))</p>")
    }
    for signature in signatures { add(code: signature) }
    if !documentation.isEmpty {
      plain.append(documentation)
      markdown.append(documentation)
      let rendered = DocumentationXML.html(documentationXML)
      html.append(
        rendered.isEmpty ? "<p>\(escapedHTML(documentation))</p>" : rendered)
    }
    // Neighbours that say the same say it once.
    for (index, overload) in overloads.enumerated() {
      add(code: overload.signature)
      let isSaid =
        overload.brief.isEmpty
        || overloads.indices.contains(index + 1) && overloads[index + 1].brief == overload.brief
        || documentation.replacing("`", with: "").hasPrefix(overload.brief)
      if !isSaid { add(text: overload.brief) }
    }
    if let source { add(code: source) }
    if let module {
      plain.append("from \(module)")
      markdown.append("*from \(module)*")
      html.append("<p><em>from \(escapedHTML(module))</em></p>")
    }
    self.init(
      plainText: plain.joined(separator: "\n\n"), html: html.joined(),
      markdown: markdown.joined(separator: "\n\n"))
  }
}
