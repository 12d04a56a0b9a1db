@resultBuilder
struct Markup {
  static func buildBlock(_ parts: String...) -> String { parts.joined() }
}
func tag(_ name: String, @Markup _ content: () -> String) -> String {
  "<\(name)>" + content() + "</\(name)>"
}
tag("p") {
  "text"
  tag("b") { "bold" }
}
