func sqrt(_ x: Double) -> Double { -1 }
print(sqrt(4.0))
func exp(_ x: Double) -> Double { 100 + x }
func pow(_ x: Double, _ y: Double) -> Double { x - y }
print(exp(1.0), pow(2.0, 3.0))
func sin(_ s: String) -> String { "sin " + s }
print(sin("x"), sin(0.0))
func use(_ x: Double) -> Double { sqrt(x) + exp(x) }
print(use(1))
func max(_ a: Int, _ b: Int) -> Int { -1 }
print(max(3, 4), min(3, 4))
struct Data { var n = 3 }
print(Data().n)
struct Tensor { var name = "mine" }
print(Tensor())
func mean(_ xs: [Double]) -> Double { xs.reduce(0, +) / Double(xs.count) }
print(mean([1, 2, 3]))
enum Color { case red, green }
let colour: Color = .green
print(colour)
