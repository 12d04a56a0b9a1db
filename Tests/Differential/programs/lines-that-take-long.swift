let K = 4
let nodes = (1...K).map { cos((2 * Double($0) - 1) * .pi / (2 * Double(K))) }
print(nodes.map { Int(($0 * 1000).rounded()) })
@resultBuilder enum Joined {
  static func buildBlock(_ parts: [String]...) -> [String] { parts.flatMap { $0 } }
  static func buildExpression(_ part: String) -> [String] { [part] }
  static func buildArray(_ parts: [[String]]) -> [String] { parts.flatMap { $0 } }
}
func joined(@Joined _ body: () -> [String]) -> String { body().joined(separator: " ") }
print(
  joined {
    for n in 1...2 {
      let angles = (1...K).map { (2 * Double($0) - 1) * .pi / (2 * Double(n)) }
      "\(angles.count): \(Int(angles[0] * 1000))"
    }
  })
