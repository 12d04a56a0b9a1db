let parsed = Int("12").map { $0 * 2 }
let flat = "7".first.flatMap { Int(String($0)) }
(parsed, flat)
