import Display

extension MimeBundle {
  /// The bundle's `data` as Jupyter wants it: text as it is, bytes as base64, JSON as JSON.
  package var wireData: JSONValue {
    var members: [String: JSONValue] = [:]
    for (type, content) in data {
      // Front ends look representations up by bare type: "text/html; charset=utf-8" finds none.
      members[Self.withoutParameters(type)] =
        switch content {
        case .text(let text): .string(text)
        case .bytes(let bytes): .string(base64(bytes))
        case .json(let json): json
        }
    }
    return .object(members)
  }

  package var wireMetadata: JSONValue { .object(metadata) }

  private static func withoutParameters(_ type: String) -> String {
    guard let end = type.utf8.firstIndex(of: UInt8(ascii: ";")) else { return type }
    return String(type[..<end].filter { $0 != " " })
  }
}
