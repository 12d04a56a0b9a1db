import Foundation

/// The cells of a notebook or of a Swift file.
struct CellDocument {
  struct Cell {
    var source: String
    var id: String?
    var tags: Set<String> = []

    var isSkipped: Bool { tags.contains("skip-execution") }
    var mayFail: Bool { tags.contains("raises-exception") }
  }

  var cells: [Cell]
  /// The folder in which relative paths of the cells begin.
  var folder: String

  init(path: String) throws {
    let data = try Self.contents(path)
    if path.hasSuffix(".ipynb") {
      cells = try Self.notebookCells(data, path: path)
      folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    } else {
      cells = Self.fileCells(try Self.text(data, path: path))
      folder = FileManager.default.currentDirectoryPath
    }
  }

  private static func contents(_ path: String) throws -> Data {
    if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw CommandFailure("\(path) is a folder; name a Swift file or a notebook in it")
    }
    // Pipes and devices have no size to be read by.
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    do {
      return try file.readToEnd() ?? Data()
    } catch {
      throw CommandFailure("cannot read \(path): \(CommandFailure.reason(error))")
    }
  }

  /// A file's text with line feeds at the ends of its lines, however it was written.
  private static func text(_ data: Data, path: String) throws -> String {
    let isUTF16 = [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(data.prefix(2)))
    guard let text = String(data: data, encoding: isUTF16 ? .utf16 : .utf8) else {
      throw CommandFailure("\(path) is no text in UTF-8")
    }
    return withLineFeeds(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
  }

  private static func withLineFeeds(_ text: String) -> String {
    // Of the bytes, since the two of a line's end are one character.
    text.utf8.contains(UInt8(ascii: "\r"))
      ? text.replacing(/\r\n?/.matchingSemantics(.unicodeScalar), with: "\n") : text
  }

  /// A text is cut before each line that begins with `// %%`, as jupytext and `nbconvert --to script`
  /// write them: `// %% [markdown]` begins prose, `// %% tags=["raises-exception"]` has tags.
  static func fileCells(_ text: String) -> [Cell] {
    var cells: [(head: Substring, lines: [Substring])] = [("", [])]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // The line that tells a shell what to run the file with.
    if lines[0].hasPrefix("#!") { lines[0] = "" }
    for line in lines {
      if line.hasPrefix("// %%") {
        cells.append((line, []))
      } else {
        cells[cells.count - 1].lines.append(line)
      }
    }
    return cells.compactMap { head, lines in
      let source = lines.joined(separator: "\n")
      let isProse = head.contains(/\[(?:markdown|md|raw)\]/)
      guard !isProse, source.contains(where: { !$0.isWhitespace }) else { return nil }
      return Cell(source: source, tags: tags(in: head))
    }
  }

  private static func tags(in head: Substring) -> Set<String> {
    guard let list = head.firstMatch(of: /\btags=\[([^\]]*)\]/) else { return [] }
    return Set(list.1.matches(of: /"([^"]*)"/).map { String($0.1) })
  }

  static func notebookCells(_ data: Data, path: String) throws -> [Cell] {
    do {
      let notebook = try JSONDecoder().decode(NotebookFile.self, from: data)
      if let language = notebook.language, language.lowercased() != "swift" {
        throw CommandFailure(
          "\(path) is a notebook in \(language), and this runs Swift; if its cells are Swift, choose "
            + "the kernel \"Swift\" for it and save it")
      }
      return notebook.cells.filter { $0.kind == "code" }.map { cell in
        Cell(
          source: withLineFeeds(cell.source.text), id: cell.id,
          tags: Set(cell.metadata?.tags ?? []))
      }
    } catch let error as DecodingError {
      throw CommandFailure("\(path) is no notebook of format 4: \(Self.reason(error))")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context): context.debugDescription
    case .keyNotFound(let key, _): "it has no '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
    @unknown default: "\(error)"
    }
  }
}

/// The parts of the notebook format that running needs.
private struct NotebookFile: Decodable {
  var cells: [Cell]
  var metadata: Header?

  /// The language that the notebook is written in, where it says so.
  var language: String? { metadata?.language_info?.name ?? metadata?.kernelspec?.language }

  struct Header: Decodable {
    struct Kernelspec: Decodable { var language: String? }
    struct Language: Decodable { var name: String? }
    var kernelspec: Kernelspec?
    var language_info: Language?
  }

  struct Cell: Decodable {
    var kind: String
    var id: String?
    var source: Source
    var metadata: Metadata?

    enum CodingKeys: String, CodingKey {
      case id, source, metadata
      case kind = "cell_type"
    }
  }

  struct Metadata: Decodable {
    var tags: [String]?
  }

  /// A text, or its lines with their ends.
  struct Source: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let whole = try? container.decode(String.self)
      text = try whole ?? container.decode([String].self).joined()
    }
  }
}
