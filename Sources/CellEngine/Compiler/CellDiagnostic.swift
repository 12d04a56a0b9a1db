import Display

/// A remark of the compiler, in places of the cell as its reader wrote it.
package struct CellDiagnostic: Sendable, Hashable {
  package enum Severity: String, Sendable {
    case error, warning, note
  }

  package struct FixIt: Sendable, Hashable {
    package var range: Range<Int>
    package var text: String

    package init(range: Range<Int>, text: String) {
      self.range = range
      self.text = text
    }
  }

  package var severity: Severity
  package var message: String
  package var identifier: String
  /// UTF-8 offset in the cell; `nil` for a place outside it.
  package var offset: Int?
  package var ranges: [Range<Int>] = []
  package var fixIts: [FixIt] = []
  package var notes: [CellDiagnostic] = []

  package init(
    severity: Severity, message: String, identifier: String, offset: Int? = nil,
    ranges: [Range<Int>] = [], fixIts: [FixIt] = [], notes: [CellDiagnostic] = []
  ) {
    self.severity = severity
    self.message = message
    self.identifier = identifier
    self.offset = offset
    self.ranges = ranges
    self.fixIts = fixIts
    self.notes = notes
  }
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
