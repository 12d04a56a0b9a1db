var n = 1
let captured = { [n] in n }
let shared = { n }
n = 10
(captured(), shared())
