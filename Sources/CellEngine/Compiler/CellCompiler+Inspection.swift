import Display
import Foundation

extension CellCompiler {
  /// What is known about the name at an offset, or, inside of a call's parentheses, about what is
  /// called.
  func inspection(of source: String, at offset: Int, isDetailed: Bool) -> Inspection? {
    guard let target = InspectionTarget(source, at: offset) else { return nil }
    let (text, shift) = assistanceText(source)
    let exact = cursorInformation(text, at: target.start + shift)
    var overloads = declarations(named: target.name, in: text, at: target.start + shift)
    if let type = target.typeName, overloads.isEmpty || exact == nil {
      overloads = members(named: target.name, of: type) + overloads
    }
    let exactName = (exact?["key.name"]?.stringValue).map { String($0.prefix { $0 != "(" }) }
    guard exact != nil || !overloads.isEmpty else { return nil }
    let isExact = exactName == target.name || exactName == "init"
    var signatures: [String] = []
    if isExact, let declaration = exact?["key.annotated_decl"]?.stringValue {
      signatures.append(CellCompiler.plain(declaration))
    }
    // An overload that only leaves defaults out is the same function.
    var seen: Set<String> = []
    var documented: [(signature: String, brief: String)] = []
    for overload in overloads.sorted(by: { $0.signature.count > $1.signature.count })
    where seen.insert(overload.symbol.isEmpty ? overload.signature : overload.symbol).inserted {
      if isExact, overload.symbol == exact?["key.usr"]?.stringValue { continue }
      documented.append((overload.signature, overload.brief))
    }
    let module = isExact ? exact?["key.modulename"]?.stringValue : overloads.first?.module
    return Inspection(
      signatures: signatures, overloads: documented,
      documentation: isExact ? exact?["key.doc_comment"]?.stringValue ?? "" : "",
      documentationXML: isExact ? exact?["key.doc.full_as_xml"]?.stringValue ?? "" : "",
      module: module.map { assistanceModules.contains($0) ? "this session" : $0 },
      source: isDetailed ? sessionText(of: target.name, module: module) : nil)
  }

  private func cursorInformation(_ text: String, at offset: Int) -> JSONValue? {
    // This request reads the file, whatever text comes with it.
    guard FileManager.default.createFile(atPath: assistanceFile, contents: Data(text.utf8)),
      let answer = try? sourceKit.send(
        "cursorinfo",
        [
          ("key.sourcefile", .string(assistanceFile)), ("key.offset", .integer(offset)),
          ("key.compilerargs", .strings(assistanceArguments)),
        ]), answer["key.name"]?.stringValue != nil
    else { return nil }
    return answer
  }

  /// A declaration that completion knows.
  struct KnownDeclaration {
    var signature: String
    var brief: String
    var symbol: String
    var module: String?
  }

  /// All declarations of a name that are in sight at an offset, overloads included.
  private func declarations(named name: String, in text: String, at offset: Int)
    -> [KnownDeclaration]
  {
    let bytes = Array(text.utf8.prefix(offset))
    return candidates(in: String(decoding: bytes, as: UTF8.self), at: offset, filter: name)
      .compactMap { CellCompiler.declaration(from: $0, named: name) }
  }

  /// The members of a type, static ones and those of its values.
  private func members(named name: String, of type: String) -> [KnownDeclaration] {
    ["func _cellProbe() { self.", "static func _cellProbe() { Self."].flatMap { probe in
      let (text, _) = assistanceText("extension \(type) { \(probe)")
      return declarations(named: name, in: text, at: text.utf8.count)
    }
  }

  private static func declaration(from value: JSONValue, named name: String) -> KnownDeclaration? {
    guard let found = value["key.name"]?.stringValue, found.prefix(while: { $0 != "(" }) == name,
      let kind = value["key.kind"]?.stringValue, kind.contains(".decl."),
      let description = value["key.description"]?.stringValue
    else { return nil }
    let word =
      switch readableKind(kind) {
      case "method", "function": "func "
      case "property", "variable": "var "
      case "constructor": ""
      case "case": "case "
      case let other: other + " "
      }
    var signature = word + labelled(description, value)
    let type = value["key.typename"]?.stringValue ?? ""
    if word == "func ", !type.isEmpty, type != "Void" { signature += " -> \(type)" }
    if word == "var ", !type.isEmpty { signature += ": \(type)" }
    return KnownDeclaration(
      signature: signature, brief: value["key.doc.brief"]?.stringValue ?? "",
      symbol: value["key.associated_usrs"]?.stringValue ?? "",
      module: value["key.modulename"]?.stringValue)
  }

  /// A description in which parameters without a label have a `_` in its place.
  private static func labelled(_ description: String, _ value: JSONValue) -> String {
    var bytes = Array(description.utf8)
    let parts = value["key.substructure"]?["key.substructure"]?.arrayValue ?? []
    let places = parts.filter { ($0["key.is_local"]?.intValue ?? 0) == 1 }
      .compactMap { $0["key.nameoffset"]?.intValue }
    for place in places.sorted(by: >) where place <= bytes.count {
      bytes.insert(contentsOf: "_ ".utf8, at: place)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Text without its XML marks.
  static func plain(_ xml: String) -> String {
    DocumentationXML.unescaped(xml.replacing(/<[^>]*>/, with: ""))
  }
}

/// What an inspection is about.
struct InspectionTarget: Equatable {
  var name: String
  /// Where the name begins, as a UTF-8 offset.
  var start: Int
  /// The type whose member the name is, when it is written as `Type.name`.
  var typeName: String?

  /// The name at an offset or before it; else the function whose parentheses are open there.
  init?(_ source: String, at offset: Int) {
    let bytes = Array(source.utf8)
    let offset = min(max(0, offset), bytes.count)
    var place = offset
    if place == bytes.count || !CellCompiler.isIdentifier(bytes[place]) { place -= 1 }
    if !bytes.indices.contains(place) || !CellCompiler.isIdentifier(bytes[place]) {
      guard let called = InspectionTarget.calledName(bytes, before: offset) else { return nil }
      place = called
    }
    var end = place
    while place > 0, CellCompiler.isIdentifier(bytes[place - 1]) { place -= 1 }
    while end < bytes.count, CellCompiler.isIdentifier(bytes[end]) { end += 1 }
    name = String(decoding: bytes[place..<end], as: UTF8.self)
    start = place
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return nil }
    typeName = InspectionTarget.typeName(bytes, before: place)
  }

  /// The last byte of the name before the innermost parenthesis that is open at an offset.
  private static func calledName(_ bytes: [UInt8], before offset: Int) -> Int? {
    var depth = 0
    var place = offset - 1
    while place >= 0 {
      switch bytes[place] {
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth += 1
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        if depth == 0 {
          let isCall =
            bytes[place] == UInt8(ascii: "(") && place > 0
            && CellCompiler.isIdentifier(bytes[place - 1])
          return isCall ? place - 1 : nil
        }
        depth -= 1
      default: break
      }
      place -= 1
    }
    return nil
  }

  private static func typeName(_ bytes: [UInt8], before start: Int) -> String? {
    guard start > 1, bytes[start - 1] == UInt8(ascii: ".") else { return nil }
    var place = start - 1
    while place > 0, CellCompiler.isIdentifier(bytes[place - 1]) || bytes[place - 1] == 0x2E {
      place -= 1
    }
    let name = String(decoding: bytes[place..<start - 1], as: UTF8.self)
    return name.first?.isUppercase == true ? name : nil
  }
}
