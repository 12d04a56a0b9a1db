struct Point { var x = 0, y = 0 }
extension Point { func moved(by d: Int) -> Point { Point(x: x + d, y: y + d) } }
let p = Point(x: 1, y: 2)
print(p.moved(by: 2))
struct Line { var a: Point, b: Point; var length: Double { let d = Double(a.x - b.x); return d.magnitude } }
extension Line { init(from a: Point) { self.init(a: a, b: Point()) } }
print(Line(from: p).length)
typealias Pts = [Point]
let pts: Pts = [p, Point()]
print(pts.count)
extension Pts { var sumX: Int { reduce(0) { $0 + $1.x } } }
print(pts.sumX)
enum Tree { case leaf(Int); indirect case node(Tree, Tree) }
extension Tree { var sum: Int { switch self { case .leaf(let n): n; case .node(let a, let b): a.sum + b.sum } } }
print(Tree.node(.leaf(1), .node(.leaf(2), .leaf(3))).sum)
