let a = SIMD4<Float>(1, 2, 3, 4)
let b = SIMD4(repeating: Float(2))
((a * b).sum(), a.x, (a .> b)[3])
