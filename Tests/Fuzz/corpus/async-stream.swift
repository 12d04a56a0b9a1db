let stream = AsyncStream<Int> { continuation in
  for i in 1...3 { continuation.yield(i) }
  continuation.finish()
}
var received: [Int] = []
for await n in stream { received.append(n) }
received
