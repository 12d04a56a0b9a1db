import Display

/// Why a request cannot be answered: something is missing from it or of the wrong type.
package struct InvalidRequest: Error, CustomStringConvertible {
  package let description: String

  package init(_ reason: String) { description = reason }
}

/// Typed access to the members of a request's content.
///
/// A member that is missing or `null` takes its default, since old and foreign clients send `null`
/// for "nothing"; one of the wrong type makes the request invalid.
package struct RequestContent: Sendable {
  private let json: JSONValue

  package init(_ json: JSONValue) { self.json = json }

  package func string(_ name: String) throws(InvalidRequest) -> String {
    guard let value = json[name]?.stringValue else {
      throw InvalidRequest("\"\(name)\" must be a string")
    }
    return value
  }

  package func optionalString(_ name: String) throws(InvalidRequest) -> String? {
    try member(name, "a string", \.stringValue)
  }

  package func string(_ name: String, or fallback: String) throws(InvalidRequest) -> String {
    try optionalString(name) ?? fallback
  }

  package func optionalInteger(_ name: String) throws(InvalidRequest) -> Int? {
    try member(name, "an integer", \.intValue)
  }

  package func integer(_ name: String, or fallback: Int) throws(InvalidRequest) -> Int {
    try optionalInteger(name) ?? fallback
  }

  package func flag(_ name: String, or fallback: Bool) throws(InvalidRequest) -> Bool {
    try member(name, "true or false", \.boolValue) ?? fallback
  }

  private func member<Value>(
    _ name: String, _ kind: String, _ value: (JSONValue) -> Value?
  ) throws(InvalidRequest) -> Value? {
    guard let member = json[name], member != .null else { return nil }
    guard let value = value(member) else {
      throw InvalidRequest("\"\(name)\" must be \(kind)")
    }
    return value
  }
}
