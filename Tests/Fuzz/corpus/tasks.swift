let task = Task { () -> String in
  try await Task.sleep(for: .milliseconds(1))
  return "done"
}
try await task.value
