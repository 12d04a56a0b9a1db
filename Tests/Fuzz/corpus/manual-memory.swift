let buffer = UnsafeMutablePointer<Int>.allocate(capacity: 4)
buffer.initialize(repeating: 7, count: 4)
let read = (0..<4).map { buffer[$0] }
buffer.deinitialize(count: 4)
buffer.deallocate()
read
