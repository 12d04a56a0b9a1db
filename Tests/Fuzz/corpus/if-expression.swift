let n = 7
let parity = if n.isMultiple(of: 2) { "even" } else { "odd" }
parity
