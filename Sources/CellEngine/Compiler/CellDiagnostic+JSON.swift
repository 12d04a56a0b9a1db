import Display

extension CellDiagnostic {
  var encoded: JSONValue {
    var value: JSONValue = [
      "severity": .string(severity.rawValue), "message": .string(message),
      "identifier": .string(identifier),
      "ranges": .array(ranges.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
      "fixIts": .array(
        fixIts.map {
          [
            "start": .integer($0.range.lowerBound), "end": .integer($0.range.upperBound),
            "text": .string($0.text),
          ]
        }), "notes": .array(notes.map(\.encoded)),
    ]
    value["offset"] = offset.map(JSONValue.integer)
    if let elsewhere {
      value["elsewhere"] = [
        "cell": .string(elsewhere.cell), "line": .integer(elsewhere.line),
        "column": .integer(elsewhere.column),
      ]
    }
    return value
  }

  init?(decoding value: JSONValue) {
    guard let severity = Severity(rawValue: value["severity"]?.stringValue ?? ""),
      let message = value["message"]?.stringValue
    else { return nil }
    self.init(
      severity: severity, message: message, identifier: value["identifier"]?.stringValue ?? "",
      offset: value["offset"]?.intValue)
    if let place = value["elsewhere"], let cell = place["cell"]?.stringValue {
      elsewhere = Place(
        cell: cell, line: place["line"]?.intValue ?? 1, column: place["column"]?.intValue ?? 1)
    }
    for range in value["ranges"]?.arrayValue ?? [] {
      guard let ends = range.arrayValue, ends.count == 2, let low = ends[0].intValue,
        let high = ends[1].intValue, low <= high
      else { continue }
      ranges.append(low..<high)
    }
    for fixIt in value["fixIts"]?.arrayValue ?? [] {
      guard let low = fixIt["start"]?.intValue, let high = fixIt["end"]?.intValue, low <= high
      else { continue }
      fixIts.append(FixIt(range: low..<high, text: fixIt["text"]?.stringValue ?? ""))
    }
    notes = (value["notes"]?.arrayValue ?? []).compactMap(CellDiagnostic.init(decoding:))
  }
}
