/// Where and why a text is not JSON.
public struct JSONSyntaxError: Error, CustomStringConvertible, Sendable {
  /// Offset of the first byte that does not fit.
  public let offset: Int
  /// What was expected and what was found.
  public let reason: String

  public var description: String { "invalid JSON at byte \(offset): \(reason)" }
}

extension JSONValue {
  /// Deepest nesting that is read: a recursive reader must not exhaust the stack on hostile input.
  public static let maximumDepth = 256

  /// Reads one JSON document (RFC 8259) from UTF-8 text.
  ///
  /// - Throws: ``JSONSyntaxError`` for anything else, trailing text included.
  /// - Complexity: O(bytes).
  public init(parsing bytes: some Collection<UInt8>) throws(JSONSyntaxError) {
    let parsed: Result<JSONValue, JSONSyntaxError>? = bytes.withContiguousStorageIfAvailable {
      var reader = JSONReader(bytes: UnsafeRawBufferPointer($0))
      return Result { () throws(JSONSyntaxError) in try reader.document() }
    }
    if let parsed {
      self = try parsed.get()
    } else {
      try self.init(parsing: ContiguousArray(bytes))
    }
  }

  /// Reads a JSON text (RFC 8259).
  ///
  /// - Throws: ``JSONSyntaxError``, which says where.
  public init(parsing text: String) throws(JSONSyntaxError) {
    try self.init(parsing: ContiguousArray(text.utf8))
  }

  /// The document as compact JSON text.
  ///
  /// Members are sorted by name so that equal values give equal text. NaN and infinities, which
  /// JSON lacks, become `null`.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// The bytes of ``text``.
  public var utf8: [UInt8] {
    var output: [UInt8] = []
    write(to: &output)
    return output
  }

  private func write(to output: inout [UInt8]) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .integer(let value): output += value.description.utf8
    case .number(let value): output += (value.isFinite ? value.description : "null").utf8
    case .string(let value): JSONValue.write(value, to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        element.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, (name, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        JSONValue.write(name, to: &output)
        output.append(UInt8(ascii: ":"))
        value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += #"\""#.utf8
      case UInt8(ascii: "\\"): output += #"\\"#.utf8
      case UInt8(ascii: "\n"): output += #"\n"#.utf8
      case UInt8(ascii: "\r"): output += #"\r"#.utf8
      case UInt8(ascii: "\t"): output += #"\t"#.utf8
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        output += #"\u00"#.utf8
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}

/// A recursive-descent reader over borrowed bytes.
private struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  var position = 0
  var depth = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    let result = try value()
    skipWhitespace()
    guard position == bytes.count else { throw failure("text after the document") }
    return result
  }

  private func failure(_ reason: String) -> JSONSyntaxError {
    JSONSyntaxError(offset: position, reason: reason)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONValue {
    skipWhitespace()
    guard let byte = next else { throw failure("the text ends where a value is due") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure("no value begins with byte \(byte)")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError)
    -> JSONValue
  {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { throw failure("expected \(word)") }
    position += count
    return value
  }

  private mutating func enter() throws(JSONSyntaxError) {
    depth += 1
    guard depth <= JSONValue.maximumDepth else {
      throw failure("nested more than \(JSONValue.maximumDepth) deep")
    }
    position += 1
    skipWhitespace()
  }

  /// Consumes a comma or `close`; returns whether the container ended.
  private mutating func endsContainer(with close: UInt8) throws(JSONSyntaxError) -> Bool {
    skipWhitespace()
    guard let byte = next, byte == close || byte == UInt8(ascii: ",") else {
      throw failure("expected a comma or the end of the container")
    }
    position += 1
    if byte == close { depth -= 1 }
    return byte == close
  }

  private mutating func array() throws(JSONSyntaxError) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    if next == UInt8(ascii: "]") {
      position += 1
      depth -= 1
      return .array(elements)
    }
    repeat {
      elements.append(try value())
    } while try !endsContainer(with: UInt8(ascii: "]"))
    return .array(elements)
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONValue {
    try enter()
    var members: [String: JSONValue] = [:]
    if next == UInt8(ascii: "}") {
      position += 1
      depth -= 1
      return .object(members)
    }
    repeat {
      skipWhitespace()
      guard next == UInt8(ascii: "\"") else { throw failure("expected a member's name") }
      let name = try string()
      skipWhitespace()
      guard next == UInt8(ascii: ":") else { throw failure("expected a colon") }
      position += 1
      members[name] = try value()
    } while try !endsContainer(with: UInt8(ascii: "}"))
    return .object(members)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    guard position > start else { throw failure("expected a digit") }
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    var isInteger = true
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw failure("\(text) is not a number") }
    return .number(value)
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    let start = position
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    if next == UInt8(ascii: "\"") {
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      position += 1
      return text
    }
    var units = [UInt8](bytes[start..<position])
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &units)
      case 0..<0x20:
        position -= 1
        throw failure("control character in a string")
      default: units.append(byte)
      }
    }
    throw failure("the text ends inside a string")
  }

  private mutating func escape(into units: inout [UInt8]) throws(JSONSyntaxError) {
    guard let byte = next else { throw failure("the text ends inside an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = UInt32(try codeUnit())
      if 0xD800..<0xDC00 ~= scalar, next == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "u")
      {
        let mark = position
        position += 2
        let low = UInt32(try codeUnit())
        if 0xDC00..<0xE000 ~= low {
          scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        } else {
          position = mark
        }
      }
      // A lone surrogate has no UTF-8 form.
      units += String(Unicode.Scalar(scalar).map(Character.init) ?? "\u{FFFD}").utf8
    default: throw failure("unknown escape")
    }
  }

  private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      // Not UInt16(_:radix:), which also reads a sign.
      switch next {
      case let digit? where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit:
        unit = unit << 4 | UInt16(digit - UInt8(ascii: "0"))
      case let digit? where UInt8(ascii: "a")...UInt8(ascii: "f") ~= digit | 0x20:
        unit = unit << 4 | UInt16(digit | 0x20 - UInt8(ascii: "a") + 10)
      default: throw failure("expected four hexadecimal digits")
      }
      position += 1
    }
    return unit
  }
}
