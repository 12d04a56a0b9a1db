struct CaseInsensitive: Hashable {
  var text: String
  static func == (a: Self, b: Self) -> Bool { a.text.lowercased() == b.text.lowercased() }
  func hash(into hasher: inout Hasher) { hasher.combine(text.lowercased()) }
}
Set([CaseInsensitive(text: "A"), CaseInsensitive(text: "a")]).count
