import Display

/// A remark of the compiler, in places of the cell as its reader wrote it.
struct CellDiagnostic: Sendable, Hashable {
  enum Severity: String, Sendable {
    case error, warning, note
  }

  struct FixIt: Sendable, Hashable {
    var range: Range<Int>
    var text: String
  }

  var severity: Severity
  var message: String
  var identifier: String
  /// UTF-8 offset in the cell; `nil` for a place outside it.
  var offset: Int?
  var ranges: [Range<Int>] = []
  var fixIts: [FixIt] = []
  var notes: [CellDiagnostic] = []
}

extension CellDiagnostic {
  /// Reads a diagnostic of sourcekitd.
  ///
  /// - Parameters:
  ///   - place: Maps (file, line, column) to an offset in the cell.
  ///   - original: Maps an offset in the compiled file to one in the cell.
  init?(
    _ value: JSONValue, place: (String, Int, Int) -> Int?, original: (Int) -> Int?
  ) {
    guard let message = value["key.description"]?.stringValue else { return nil }
    let name = value["key.severity"]?.stringValue?.split(separator: ".").last.map(String.init)
    severity = Severity(rawValue: name ?? "") ?? .error
    self.message = message
    identifier = value["key.id"]?.stringValue ?? ""
    offset = place(
      value["key.filepath"]?.stringValue ?? "", value["key.line"]?.intValue ?? 0,
      value["key.column"]?.intValue ?? 0)
    func range(_ value: JSONValue) -> Range<Int>? {
      guard let start = value["key.offset"]?.intValue, let length = value["key.length"]?.intValue,
        let low = original(start), let high = original(start + length), low <= high
      else { return nil }
      return low..<high
    }
    ranges = (value["key.ranges"]?.arrayValue ?? []).compactMap(range)
    fixIts = (value["key.fixits"]?.arrayValue ?? []).compactMap { fixIt in
      guard let range = range(fixIt) else { return nil }
      return FixIt(range: range, text: fixIt["key.sourcetext"]?.stringValue ?? "")
    }
    notes = (value["key.diagnostics"]?.arrayValue ?? []).compactMap {
      CellDiagnostic($0, place: place, original: original)
    }
  }
}
