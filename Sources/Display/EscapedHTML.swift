/// `text` with the characters replaced that mean something in HTML's text and attributes.
///
/// ```swift
/// MimeBundle(text: name, html: "<b title=\"\(escapedHTML(note))\">\(escapedHTML(name))</b>")
/// ```
public func escapedHTML(_ text: some StringProtocol) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
