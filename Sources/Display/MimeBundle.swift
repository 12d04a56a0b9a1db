/// One value in several representations, from which a front end picks the richest it can show.
///
/// ```swift
/// struct Point: Displayable {
///   var x, y: Double
///   var mimeBundle: MimeBundle {
///     MimeBundle(text: "(\(x), \(y))", html: "<b>(\(x), \(y))</b>")
///   }
/// }
/// ```
public struct MimeBundle: Sendable, Hashable {
  /// The content of one representation.
  public enum Content: Sendable, Hashable {
    /// Text of a textual type: `text/plain`, `text/html`, `text/markdown`, `image/svg+xml`, …
    case text(String)
    /// Bytes of a binary type (`image/png`, `application/pdf`, …), sent as base64.
    case bytes([UInt8])
    /// A document of a JSON type (`application/json`, `application/vnd.…+json`).
    case json(JSONValue)
  }

  /// Representations by mime type (without parameters).
  public var data: [String: Content]

  /// Remarks for the front end.
  ///
  /// Those under a mime type belong to that representation:
  /// `metadata["image/png"] = ["width": 480, "height": 320, "alt": "A falling loss curve."]`.
  public var metadata: [String: JSONValue]

  /// A bundle of representations, with remarks for the front end.
  public init(data: [String: Content] = [:], metadata: [String: JSONValue] = [:]) {
    self.data = data
    self.metadata = metadata
  }

  /// A bundle of the most usual textual types; give `text` whenever you can, since it is what
  /// terminals, diffs and screen readers get.
  public init(text: String, html: String? = nil, markdown: String? = nil, latex: String? = nil) {
    self.init(data: ["text/plain": .text(text)])
    data["text/html"] = html.map(Content.text)
    data["text/markdown"] = markdown.map(Content.text)
    data["text/latex"] = latex.map(Content.text)
  }

  /// The representation of a mime type.
  public subscript(mimeType: String) -> Content? {
    get { data[mimeType] }
    set { data[mimeType] = newValue }
  }
}

/// A value that knows how it wants to be shown in a notebook.
public protocol Displayable {
  /// What to show. Computed once each time the value is shown.
  var mimeBundle: MimeBundle { get }
}

extension MimeBundle: Displayable {
  public var mimeBundle: MimeBundle { self }
}
