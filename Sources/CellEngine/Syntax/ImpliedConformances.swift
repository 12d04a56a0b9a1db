/// What a stated conformance implies: the protocols that a protocol of cells inherits, and those that
/// a name stands for (`typealias Both = Codable & Hashable`).
struct ImpliedConformances {
  /// All of them, the stated ones included.
  private(set) var names: Set<String> = []
  /// Names of members that extensions of these protocols provide.
  private(set) var provided: Set<String> = []

  /// - Parameters:
  ///   - stated: Conformances as they stand in an inheritance clause.
  ///   - known: The declarations of a name, in this cell and in earlier ones.
  init(of stated: [String], known: (String) -> [Declaration]) {
    for name in stated { add(name, known) }
  }

  private mutating func add(_ text: String, _ known: (String) -> [Declaration]) {
    for part in text.split(separator: "&") {
      let name = part.filter { $0 != " " }
      guard names.insert(name).inserted else { continue }
      for declaration in known(name) {
        switch declaration.kind {
        case .protocol: for inherited in declaration.conformances { add(inherited, known) }
        case .typealias:
          if let meaning = declaration.text.split(separator: "=", maxSplits: 1).last {
            add(String(meaning), known)
          }
        case .extension: provided.formUnion(declaration.members.map(\.name))
        default: break
        }
      }
    }
  }
}
