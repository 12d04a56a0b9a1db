internal import SwiftSyntax

/// Writes the members that the compiler synthesises for a conformance only in the file of the type:
/// `extension Point: Hashable {}` in a later cell.
struct SynthesizedMembers {
  private let shape: Shape
  private let conformances: Set<String>
  /// Conformances that are stated elsewhere, and names of members that are written out.
  private let known: Set<String>
  private let written: Set<String>

  private enum Shape {
    case values([Property])
    case cases([Case])
  }

  private struct Property {
    var name: String
    var isSet: Bool
  }

  fileprivate struct Case {
    var name: String
    var labels: [String?]
  }

  /// - Parameters:
  ///   - type: The text of the type's declaration.
  ///   - conformances: Those that an extension states, and what they imply.
  ///   - known: Those that are stated elsewhere.
  ///   - written: Names of the type's members, in the type or in an extension.
  init?(type: String, conformances: Set<String>, known: Set<String>, written: Set<String>) {
    guard let shape = SynthesizedMembers.shape(of: ParsedCell(type)) else { return nil }
    self.shape = shape
    self.conformances = conformances
    self.known = known
    self.written = written
  }

  var text: String {
    var members: [String] = []
    func states(_ names: String...) -> Bool { !conformances.isDisjoint(with: names) }
    func isKnown(_ names: String...) -> Bool { !known.isDisjoint(with: names) }
    if states("Equatable", "Hashable", "Comparable"), !written.contains("=="),
      !isKnown("Equatable", "Hashable", "Comparable"), !isPlainEnumeration
    {
      members.append(equality)
    }
    if states("Hashable"), !written.contains("hash"), !isPlainEnumeration {
      members.append(hashing)
    }
    if case .cases(let cases) = shape {
      if states("Comparable"), !written.contains("<") { members.append(order(of: cases)) }
      if states("CaseIterable"), !written.contains("allCases") {
        let list = cases.map { ".\(quoted($0.name))" }.joined(separator: ", ")
        members.append("static var allCases: [Self] { [\(list)] }")
      }
    }
    if case .values(let properties) = shape {
      let encodes = states("Codable", "Encodable") && !written.contains("encode")
      let decodes = states("Codable", "Decodable") && !written.contains("init(from:)")
      if encodes || decodes, !written.contains("CodingKeys"), !properties.isEmpty {
        let names = properties.map { quoted($0.name) }.joined(separator: ", ")
        members.append("enum CodingKeys: String, CodingKey { case \(names) }")
      }
      if encodes { members.append(encoding(properties)) }
      if decodes { members.append(decoding(properties)) }
    }
    return members.map { " \($0);" }.joined()
  }

  /// An enumeration without values has its equality and its hash from the start.
  private var isPlainEnumeration: Bool {
    guard case .cases(let cases) = shape else { return false }
    return cases.allSatisfy(\.labels.isEmpty)
  }

  // MARK: Equality, hashes, order

  private var equality: String {
    let head = "static func == (a: Self, b: Self) -> Bool { "
    switch shape {
    case .values(let properties):
      let terms = properties.map { "a.\(quoted($0.name)) == b.\(quoted($0.name))" }
      return head + "return \(terms.isEmpty ? "true" : terms.joined(separator: " && ")) }"
    case .cases(let cases):
      let branches = cases.map { item in
        let terms = item.labels.indices.map { "a\($0) == b\($0)" }
        return "case (\(item.pattern("a")), \(item.pattern("b"))): return "
          + (terms.isEmpty ? "true" : terms.joined(separator: " && "))
      }
      return head + "switch (a, b) { \(branches.joined(separator: "; ")); default: return false } }"
    }
  }

  private var hashing: String {
    let head = "func hash(into hasher: inout Hasher) { "
    switch shape {
    case .values(let properties):
      return head + properties.map { "hasher.combine(\(quoted($0.name)))" }.joined(separator: "; ")
        + " }"
    case .cases(let cases):
      let branches = cases.enumerated().map { number, item in
        "case \(item.pattern("a")): hasher.combine(\(number))"
          + item.labels.indices.map { "; hasher.combine(a\($0))" }.joined()
      }
      return head + "switch self { \(branches.joined(separator: "; ")) } }"
    }
  }

  private func order(of cases: [Case]) -> String {
    let places = cases.enumerated().map { "case .\(quoted($1.name)): \($0)" }
    let place = "func place(_ x: Self) -> Int { switch x { \(places.joined(separator: "; ")) } }"
    let branches = cases.filter { !$0.labels.isEmpty }.map { item in
      let terms = item.labels.indices.map { "if a\($0) != b\($0) { return a\($0) < b\($0) }" }
      return "case (\(item.pattern("a")), \(item.pattern("b"))): "
        + terms.joined(separator: "; ") + "; return false; "
    }
    let values =
      branches.isEmpty ? "" : "switch (a, b) { \(branches.joined())default: break }; "
    return "static func < (a: Self, b: Self) -> Bool { \(place); \(values)"
      + "return place(a) < place(b) }"
  }

  // MARK: Coding

  private func encoding(_ properties: [Property]) -> String {
    let head = "func encode(to encoder: any Encoder) throws { "
    guard !properties.isEmpty else { return head + "}" }
    return head + "var c = encoder.container(keyedBy: CodingKeys.self); "
      + properties.map { "try _cellEncode(\(quoted($0.name)), .\(quoted($0.name)), in: &c)" }
      .joined(separator: "; ") + " }"
  }

  private func decoding(_ properties: [Property]) -> String {
    let head = "init(from decoder: any Decoder) throws { "
    let open = properties.filter { !$0.isSet }
    guard !open.isEmpty else { return head + "}" }
    return head + "let c = try decoder.container(keyedBy: CodingKeys.self); "
      + open.map { "self.\(quoted($0.name)) = try _cellDecode(.\(quoted($0.name)), from: c)" }
      .joined(separator: "; ") + " }"
  }

  // MARK: The type

  private static func shape(of cell: ParsedCell) -> Shape? {
    guard case .decl(let declaration)? = cell.items.first?.item else { return nil }
    if let type = declaration.as(StructDeclSyntax.self) {
      return .values(type.memberBlock.members.flatMap { properties(of: $0.decl) })
    }
    if let type = declaration.as(EnumDeclSyntax.self) {
      return .cases(type.memberBlock.members.flatMap { cases(of: $0.decl) })
    }
    return nil
  }

  private static func properties(of member: DeclSyntax) -> [Property] {
    guard let variable = member.as(VariableDeclSyntax.self),
      !variable.modifiers.contains(where: { ["static", "lazy"].contains($0.name.text) })
    else { return [] }
    return variable.bindings.filter { $0.accessorBlock.map { !isComputedBlock($0) } ?? true }
      .flatMap { binding in
        boundIdentifiers(of: binding.pattern).map {
          Property(
            name: unquoted($0.text),
            isSet: binding.initializer != nil
              && variable.bindingSpecifier.tokenKind == .keyword(.let))
        }
      }
  }

  private static func cases(of member: DeclSyntax) -> [Case] {
    (member.as(EnumCaseDeclSyntax.self)?.elements ?? []).map { element in
      Case(
        name: unquoted(element.name.text),
        labels: element.parameterClause?.parameters.map { $0.firstName?.text } ?? [])
    }
  }
}

extension SynthesizedMembers.Case {
  /// `.hearts(let a0)`, with a letter for the names of the values.
  fileprivate func pattern(_ letter: String) -> String {
    let values = labels.indices.map { "let \(letter)\($0)" }
    return ".\(quoted(name))" + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))")
  }
}
