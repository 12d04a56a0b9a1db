extension String {
  init(repeating parts: [String], times: Int) {
    self = Array(repeating: parts.joined(), count: times).joined(separator: "|")
  }
}
String(repeating: ["a", "b"], times: 3)
