import Display
import JupyterWire

/// What the kernel says about itself.
enum KernelInformation {
  static let version = "0.1.0"

  /// The version of Swift that cells are written in: that of the toolchain this program was built
  /// with, since a session starts with no other.
  static let languageVersion: String = {
    #if compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3.2)
      "6.3.2"
    #elseif compiler(>=6.3.1)
      "6.3.1"
    #else
      "6.3"
    #endif
  }()

  static let content: JSONValue = [
    "status": "ok",
    "protocol_version": .string(HeaderFactory.protocolVersion),
    "implementation": "ansatz",
    "implementation_version": .string(version),
    "banner": .string(
      """
      Ansatz \(version): Swift \(languageVersion), compiled cell by cell.
      Type %help for directives, ?name for documentation.
      """),
    "debugger": false,
    "supported_features": ["kernel subshells"],
    "language_info": [
      "name": "swift",
      "version": .string(languageVersion),
      "mimetype": "text/x-swift",
      "file_extension": ".swift",
      "pygments_lexer": "swift",
      "codemirror_mode": "swift",
      "nbconvert_exporter": "script",
    ],
    "help_links": [
      [
        "text": "The Swift Programming Language",
        "url": "https://docs.swift.org/swift-book/documentation/the-swift-programming-language/",
      ],
      [
        "text": "Swift Standard Library",
        "url": "https://developer.apple.com/documentation/swift/swift-standard-library",
      ],
      ["text": "Foundation", "url": "https://developer.apple.com/documentation/foundation"],
      ["text": "Swift Forums", "url": "https://forums.swift.org"],
    ],
  ]
}
