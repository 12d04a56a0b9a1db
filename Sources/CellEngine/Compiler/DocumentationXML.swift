import Display

/// Documentation as HTML, from the XML that the compiler's own Markdown parser makes of a comment.
enum DocumentationXML {
  /// The parts of a comment: its first sentence, the rest, parameters, result, errors.
  static func html(_ xml: String) -> String {
    guard let start = xml.firstRange(of: "<CommentParts>")?.upperBound,
      let end = xml.firstRange(of: "</CommentParts>")?.lowerBound, start <= end
    else { return "" }
    var html = ""
    var rest = xml[start..<end]
    while let open = rest.firstIndex(of: "<") {
      html += rest[..<open]
      if rest[open...].hasPrefix("<![CDATA[") {
        let close = rest.firstRange(of: "]]>")
        html += escapedHTML(
          rest[rest.index(open, offsetBy: 9)..<(close?.lowerBound ?? rest.endIndex)])
        rest = rest[(close?.upperBound ?? rest.endIndex)...]
        continue
      }
      guard let close = rest[open...].firstIndex(of: ">") else { break }
      html += replacement(for: rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
    }
    return (html + rest).replacing("\n\n</code></pre>", with: "\n</code></pre>")
  }

  /// What stands in HTML for a mark; nothing for those that only group.
  private static func replacement(for mark: Substring) -> String {
    let isEnd = mark.hasPrefix("/")
    let name = mark.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    if let tag = tags[String(name)] {
      return isEnd ? tag.end : tag.start
    }
    if name == "Link" {
      guard !isEnd else { return "</a>" }
      let target = mark.firstMatch(of: /href="([^"]*)"/).map { String($0.1) } ?? ""
      // Symbols are written as links without an address.
      return target.hasPrefix("http") ? "<a href=\"\(target)\">" : "<a>"
    }
    return ""
  }

  private static let tags: [String: (start: String, end: String)] = {
    var tags: [String: (start: String, end: String)] = [
      "Para": ("<p>", "</p>"), "codeVoice": ("<code>", "</code>"), "emphasis": ("<em>", "</em>"),
      "bold": ("<strong>", "</strong>"), "strong": ("<strong>", "</strong>"),
      "List-Bullet": ("<ul>", "</ul>"), "List-Number": ("<ol>", "</ol>"), "Item": ("<li>", "</li>"),
      "CodeListing": ("<pre><code>", "</code></pre>"), "zCodeLineNumbered": ("", "\n"),
      "Parameters": ("<dl>", "</dl>"), "Parameter": ("", ""),
      "Name": ("<dt><code>", "</code></dt>"), "Direction": ("<!--", "-->"),
      "ResultDiscussion": ("<p><strong>Returns</strong></p>", ""),
      "ThrowsDiscussion": ("<p><strong>Throws</strong></p>", ""),
      "rawHTML": ("", ""), "ThematicBreak": ("<hr>", ""),
    ]
    for name in ["Complexity", "Note", "Precondition", "Postcondition", "Warning", "Important"] {
      tags[name] = ("<p><strong>\(name)</strong></p>", "")
    }
    return tags
  }()

  static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&apos;", with: "'").replacing("&amp;", with: "&")
  }
}
