import Display

/// Why a request cannot be answered: something is missing from it or of the wrong type.
package struct InvalidRequest: Error, CustomStringConvertible {
  package let description: String

  package init(_ reason: String) { description = reason }
}

/// Typed access to the members of a request's content.
///
/// A missing member takes its default; a member of the wrong type does so too where the protocol
/// gives one, since old and foreign clients send `null` for "nothing".
package struct RequestContent: Sendable {
  private let json: JSONValue

  package init(_ json: JSONValue) { self.json = json }

  package func string(_ name: String) throws(InvalidRequest) -> String {
    guard let value = json[name]?.stringValue else {
      throw InvalidRequest("\"\(name)\" must be a string")
    }
    return value
  }

  package func string(_ name: String, or fallback: String) -> String {
    json[name]?.stringValue ?? fallback
  }

  package func optionalString(_ name: String) -> String? { json[name]?.stringValue }

  package func integer(_ name: String, or fallback: Int) -> Int {
    json[name]?.intValue ?? fallback
  }

  package func optionalInteger(_ name: String) -> Int? { json[name]?.intValue }

  package func flag(_ name: String, or fallback: Bool) -> Bool {
    json[name]?.boolValue ?? fallback
  }
}
