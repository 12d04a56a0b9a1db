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

  init(declaration: String, documentation body: String, module: String?, source: String?) {
    let place = module.map { $0 == "Completion" ? "this cell" : $0 }.map { "from \($0)" } ?? ""
    var plain = [declaration]
    var markdown = ["```swift\n\(declaration)\n```"]
    var html = ["<pre><code>\(escapedHTML(declaration))</code></pre>"]
    if !body.isEmpty {
      plain.append(body)
      markdown.append(body)
      html.append(
        body.split(separator: "\n\n").map { paragraph in
          // Four spaces make code in Markdown.
          paragraph.hasPrefix("    ")
            ? "<pre><code>\(escapedHTML(paragraph))</code></pre>"
            : "<p>\(escapedHTML(paragraph))</p>"
        }.joined())
    }
    if let source {
      plain.append(source)
      markdown.append("```swift\n\(source)\n```")
      html.append("<pre><code>\(escapedHTML(source))</code></pre>")
    }
    if !place.isEmpty {
      plain.append(place)
      markdown.append("*\(place)*")
      html.append("<p><em>\(escapedHTML(place))</em></p>")
    }
    self.init(
      plainText: plain.joined(separator: "\n\n"), html: html.joined(),
      markdown: markdown.joined(separator: "\n\n"))
  }
}
