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
      cells = Self.fileCells(String(decoding: data, as: UTF8.self))
      folder = FileManager.default.currentDirectoryPath
    }
  }

  private static func contents(_ path: String) throws -> Data {
    if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure("cannot read \(path): \(CommandFailure.reason(error))")
    }
  }

  /// A text is cut before each line that begins with `// %%`.
  static func fileCells(_ text: String) -> [Cell] {
    var cells: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("// %%") { cells.append([]) } else { cells[cells.count - 1].append(line) }
    }
    let sources = cells.map { $0.joined(separator: "\n") }
    return sources.filter { $0.contains { !$0.isWhitespace } }.map { Cell(source: $0) }
  }

  static func notebookCells(_ data: Data, path: String) throws -> [Cell] {
    do {
      let notebook = try JSONDecoder().decode(NotebookFile.self, from: data)
      return notebook.cells.filter { $0.kind == "code" }.map { cell in
        Cell(source: cell.source.text, id: cell.id, tags: Set(cell.metadata?.tags ?? []))
      }
    } catch let error as DecodingError {
      throw CommandFailure("\(path) is no notebook of format 4: \(error)")
    }
  }
}

/// The parts of the notebook format that running needs.
private struct NotebookFile: Decodable {
  var cells: [Cell]

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
