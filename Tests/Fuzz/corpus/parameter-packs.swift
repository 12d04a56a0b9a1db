func pairs<each A, each B>(_ a: repeat each A, with b: repeat each B) -> (repeat (each A, each B)) {
  (repeat (each a, each b))
}
let zipped = pairs(1, "x", with: 2.0, true)
zipped.0.1
