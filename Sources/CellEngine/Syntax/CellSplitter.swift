internal import SwiftSyntax

/// Says which top-level items of a cell are declarations for its library and which are statements
/// of its script.
struct CellSplitter {
  enum Part { case library, script, both, nowhere }

  struct Item {
    /// UTF-8 ranges: without and with the comments before it.
    var range: Range<Int>
    var whole: Range<Int>
    var belongs: Part
  }

  let items: [Item]

  init(_ cell: ParsedCell) {
    items = cell.items.map { item in
      Item(
        range: item.item.start..<item.item.end, whole: item.position.utf8Offset..<item.end,
        belongs: CellSplitter.part(of: item))
    }
  }

  private static func part(of item: CodeBlockItemSyntax) -> Part {
    guard case .decl(let declaration) = item.item else { return .script }
    if declaration.is(ImportDeclSyntax.self) { return .both }
    if let variable = declaration.as(VariableDeclSyntax.self) {
      return variable.isComputed ? .library : .script
    }
    let isScript =
      declaration.is(MacroExpansionDeclSyntax.self) || declaration.is(MissingDeclSyntax.self)
      || declaration.is(IfConfigDeclSyntax.self)
    return isScript ? .script : .library
  }

  /// The text with the edits of one part, and blanks in place of all other items.
  static func keep(_ part: Part, of items: [Item], in text: EditedText) -> EditedText {
    var result = EditedText(text.original)
    let dropped = items.filter { $0.belongs != part && $0.belongs != .both }
    let bytes = Array(text.original.utf8)
    for item in dropped { result.replace(item.whole, with: blank(bytes[item.whole])) }
    var next = 0
    let ordered = text.edits.enumerated().sorted {
      ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
    }
    for edit in ordered {
      while next < dropped.count, dropped[next].whole.upperBound < edit.element.offset { next += 1 }
      let isDropped =
        next < dropped.count && dropped[next].range.lowerBound <= edit.element.offset
      if !isDropped { result.add(edit.element) }
    }
    return result
  }

  /// Blanks of the same size, on as many lines.
  static func blank(_ bytes: some Sequence<UInt8>) -> String {
    String(
      decoding: bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }, as: UTF8.self)
  }
}
