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

  /// A place in an earlier cell; line and column count from 1.
  package struct Place: Sendable, Hashable {
    package var cell: String
    package var line: Int
    package var column: Int
  }

  package var severity: Severity
  package var message: String
  package var identifier: String
  /// UTF-8 offset in the cell; `nil` for a place outside it.
  package var offset: Int?
  /// The place in an earlier cell.
  package var elsewhere: Place?
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
  /// Where a remark points to.
  enum Target {
    case cell(Int)
    case other(Place)
    case nowhere
  }

  /// Reads a diagnostic of sourcekitd.
  ///
  /// - Parameters:
  ///   - place: Finds a remark's place.
  ///   - original: Maps an offset in the compiled file to one in the cell.
  init?(
    _ value: JSONValue, place: (JSONValue) -> Target, original: (JSONValue, Int) -> Int?
  ) {
    guard let message = value["key.description"]?.stringValue else { return nil }
    let name = value["key.severity"]?.stringValue?.split(separator: ".").last.map(String.init)
    severity = Severity(rawValue: name ?? "") ?? .error
    self.message = TypeVersion.stripped(message)
    identifier = value["key.id"]?.stringValue ?? ""
    switch place(value) {
    case .cell(let offset): self.offset = offset
    case .other(let place): elsewhere = place
    case .nowhere: break
    }
    func range(_ part: JSONValue) -> Range<Int>? {
      guard let start = part["key.offset"]?.intValue, let length = part["key.length"]?.intValue,
        let low = original(value, start), let high = original(value, start + length), low <= high
      else { return nil }
      return low..<high
    }
    ranges = (value["key.ranges"]?.arrayValue ?? []).compactMap(range)
    fixIts = (value["key.fixits"]?.arrayValue ?? []).compactMap { fixIt in
      guard let range = range(fixIt) else { return nil }
      return FixIt(
        range: range, text: TypeVersion.stripped(fixIt["key.sourcetext"]?.stringValue ?? ""))
    }
    notes = (value["key.diagnostics"]?.arrayValue ?? []).compactMap {
      CellDiagnostic($0, place: place, original: original)
    }
  }
}
