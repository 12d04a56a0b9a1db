import Dispatch
let queue = DispatchQueue(label: "work")
var results: [Int] = []
queue.sync { results.append(1) }
results
