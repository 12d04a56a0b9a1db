/// Writes types as source text that have parts known only as results of functions, such as
/// `some Shape`: by the functions' symbols, as the compiler reads them in interfaces of modules.
///
/// A readable symbol leaves out the arguments of generic functions. They are read by putting an
/// array's name in the function's place, of which the readable form shows them.
struct OpaqueTypes {
  /// A part of a symbol: `entity QO y arguments Qo`.
  private struct Part {
    /// Where the entity ends.
    var start: String.Index
    var arguments: Range<String.Index>
    /// Such parts among the arguments.
    var parts: [Part] = []
  }

  private let symbol: String
  /// Symbols of the functions and properties whose results the parts may be.
  private let functions: [String]

  /// The type of a variable; `nil` when it cannot be written.
  ///
  /// - Parameter known: All symbols that cells define, among them a description of each result.
  static func text(demangled: String, symbol: String, known: [String]) -> String? {
    let sign = "QOMQ"
    let types = OpaqueTypes(
      symbol: symbol,
      functions: known.filter { $0.hasSuffix(sign) }.map { String($0.dropLast(sign.count)) })
    guard let parts = types.parts, !parts.isEmpty,
      let text = types.text(demangled, parts), types.isWritten(text, in: symbol)
    else { return nil }
    return text.replacing(#/\bmain\./#, with: "")
  }

  private var parts: [Part]? {
    var open = [Part(start: symbol.startIndex, arguments: symbol.startIndex..<symbol.endIndex)]
    for match in symbol.matches(of: /QOy|Qo\d*_/) {
      if match.output == "QOy" {
        let end = match.range.upperBound
        open.append(Part(start: match.range.lowerBound, arguments: end..<end))
        continue
      }
      guard open.count > 1, var part = open.popLast() else { return nil }
      part.arguments = part.arguments.lowerBound..<match.range.lowerBound
      open[open.count - 1].parts.append(part)
    }
    return open.count == 1 ? open[0].parts : nil
  }

  /// A readable text with the parts in it written out.
  private func text(_ demangled: String, _ parts: [Part]) -> String? {
    var text = demangled
    var rest = parts[...]
    while let match = text.firstMatch(of: #/<<opaque return type of (.+?)>>\.(\d+)/#) {
      let name = String(match.1)
      let function = functions.first { CellEngine.demangled($0) == name }
      // What a symbol has a second time stands in it once.
      let part = rest.popFirst() ?? (parts.count == 1 ? parts[0] : nil)
      guard let function, let part, let arguments = arguments(of: part) else { return nil }
      text.replaceSubrange(
        match.range, with: "@_opaqueReturnTypeOf(\"\(function)\", \(match.2)) __\(arguments)")
    }
    return rest.isEmpty ? text : nil
  }

  /// `<Int, String>`, or nothing for a function that is not generic.
  private func arguments(of part: Part) -> String? {
    var list = String(symbol[part.arguments].drop { $0 == "_" })
    if list.isEmpty { return "" }
    let entity = symbol[..<part.start] + "QO"
    guard let head = CellEngine.demangled(String(entity)) else { return nil }
    /// The number of lists beyond the first: a generic type and its method have one each.
    func levels(_ list: String) -> Int? {
      // With another type behind it, as a mark at the end is not shown.
      CellEngine.demangled("\(entity)y\(list)Sb").map { text in
        text.dropFirst(head.count).ranges(of: "first-element-marker").count
      }
    }
    while let count = levels(list), count > 0 {
      let readings = list.indices.filter { list[$0] == "_" }.map { place in
        String(list[..<place] + list[list.index(after: place)...])
      }
      let joined = Set(readings.filter { levels($0) == count - 1 })
      guard let next = joined.first, joined.count == 1 else { return nil }
      list = next
    }
    let array = "Swift.Array"
    guard levels(list) == 0, let closed = CellEngine.demangled("\(entity)Say\(list)G"),
      closed.hasPrefix(head + array + "<")
    else { return nil }
    let text = text(String(closed.dropFirst(head.count + array.count)), part.parts)
    return text.flatMap { isWritten($0, in: list) ? $0 : nil }
  }

  /// Whether the readable form of a symbol is that of the source.
  ///
  /// What stands in the signature of a function, all there is of an opaque type, does not matter.
  private func isWritten(_ text: String, in symbol: String) -> Bool {
    if text.hasPrefix("@_opaque") { return true }
    let signs = ["_p", "Xp", "Xm", "XM", "XC", "XE", "LL"]
    return !text.contains("<<") && !text.contains(" in ") && !signs.contains(where: symbol.contains)
  }
}
