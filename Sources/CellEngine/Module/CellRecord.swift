import Foundation

/// What later cells need to know of a cell that was compiled.
///
/// It is all that a compiler process keeps of a session, so any other process that is told the
/// records in their order answers as this one does.
struct CellRecord: Sendable, Codable {
  /// The name of its files, such as `Cell7_2`.
  var module: String
  /// How messages call it: `Cell[7]`.
  var cellName: String
  var cellID: String?
  var source: String
  /// What later cells are compiled with: its types, functions and extensions, with the lines of
  /// the cell.
  var library = ""
  /// Whether attributes in its library may be macros.
  var hasMacros = false
  var declarations: [Declaration] = []
  var variables: [Variable] = []
  var imports: [String] = []
  var captured: Set<String> = []
  /// Ranges of earlier cells' texts that it puts out of sight.
  var hidden: [HiddenRange] = []
  /// Ranges of earlier functions to which it declares another of another result.
  var disfavored: [HiddenRange] = []
  /// Names that are something else from here on.
  var changed: Set<String> = []
  /// Types that it declares anew, with their counts.
  var versions: [String: Int] = [:]
  /// Symbols that it defines.
  var symbols: [String] = []
  /// Symbols that it defines under another name, since an earlier cell defined them, too.
  var renamed: [String: String] = [:]

  struct HiddenRange: Sendable, Hashable, Codable {
    var cell: Int
    var range: Range<Int>
  }

  var encoded: String {
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  init(module: String, cellName: String, cellID: String?, source: String) {
    self.module = module
    self.cellName = cellName
    self.cellID = cellID
    self.source = source
  }

  init?(decoding text: String) {
    guard let record = try? JSONDecoder().decode(CellRecord.self, from: Data(text.utf8)) else {
      return nil
    }
    self = record
  }
}
