let answer = await withCheckedContinuation { continuation in
  Task { continuation.resume(returning: 42) }
}
answer
