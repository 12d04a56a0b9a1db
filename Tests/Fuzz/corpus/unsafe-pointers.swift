var numbers = [1, 2, 3]
let sum = numbers.withUnsafeBufferPointer { $0.reduce(0, +) }
numbers.withUnsafeMutableBufferPointer { $0[0] = 10 }
(sum, numbers)
