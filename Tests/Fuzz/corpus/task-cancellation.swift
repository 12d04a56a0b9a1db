let endless = Task {
  while !Task.isCancelled { await Task.yield() }
  return "cancelled"
}
endless.cancel()
await endless.value
