let third = 17.0 / 3
let close = 1 - 1e-6
print(third, close)
let halves = 5 / 2 * 1.0
let whole = 5 / 2
print(halves, whole, 2 / 4 * 0.5, (1 / 2) * 3.0)
print(1 + 2 * 3 / 4.0, 17.0 / 3 + 1, 7 % 4, -7 / 2)
func scaled(_ x: Double, by k: Int = 2) -> Double { Double(k) * x / 3 }
print(scaled(1.5), scaled(2 * 3 / 4), (1...3).map { 1 / Double($0) })
let f: Float = 3 / 2
let i: Int = 3 / 2
print(f, i, Double(i) * 0.5 + 1)
