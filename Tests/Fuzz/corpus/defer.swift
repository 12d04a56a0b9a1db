func ordered() -> [String] {
  var trace: [String] = []
  do {
    defer { trace.append("deferred") }
    trace.append("body")
  }
  trace.append("after")
  return trace
}
ordered()
