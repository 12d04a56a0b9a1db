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

/// RFC 4648 base64 with padding, without line breaks.
package func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  let count = (bytes.count + 2) / 3 * 4
  return String(unsafeUninitializedCapacity: count) { output in
    var position = 0
    var index = 0
    while index < bytes.count {
      let available = min(3, bytes.count - index)
      var group = UInt32(bytes[index]) << 16
      if available > 1 { group |= UInt32(bytes[index + 1]) << 8 }
      if available > 2 { group |= UInt32(bytes[index + 2]) }
      for digit in 0..<4 {
        output[position + digit] =
          digit <= available
          ? alphabet[Int(group >> UInt32(18 - 6 * digit) & 63)] : UInt8(ascii: "=")
      }
      position += 4
      index += 3
    }
    return count
  }
}
