func longest(_ items: some Collection<String>) -> String {
  items.max { $0.count < $1.count } ?? ""
}
longest(["a", "abc", "ab"])
