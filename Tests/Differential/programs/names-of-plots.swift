func bars(_ c: String, _ n: Int) -> String { String(repeating: c, count: max(0, n)) }
func plot(_ y: [Double]) -> String { y.map { bars("*", Int($0)) }.joined(separator: "|") }
func plot(_ x: [Double], _ y: [Double], title: String = "") -> String { title + zip(x, y).map { "(\($0), \($1))" }.joined() }
func histogram(_ v: [Int]) -> [(Int, Int)] { Dictionary(grouping: v) { $0 }.map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 } }
func scatter(_ x: [Double], _ y: [Double]) -> Int { min(x.count, y.count) }
func bar(_ names: [String], _ heights: [Double]) -> String { zip(names, heights).map { $0 + bars("#", Int($1)) }.joined(separator: "\n") }
func heatmap(_ z: [[Double]]) -> Double { z.flatMap { $0 }.max() ?? 0 }
func contour(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>, _ f: (Double, Double) -> Double) -> Double { f(x.lowerBound, y.upperBound) }
print(plot([1, 2, 3]))
print(plot([1, 2], [3, 4]), plot([1, 2], [3, 4], title: "t "))
for (value, count) in histogram([3, 1, 3, 2, 3]) { print(value, count) }
print(scatter([1, 2, 3], [4, 5]))
print(bar(["a", "b"], [2, 4]))
print(heatmap([[1, 2], [5, 4]]), contour(-2...2, 0...3) { x, y in x * x + y })
let lines = (1...3).map { k in plot([Double(k), 1]) }
print(lines)
