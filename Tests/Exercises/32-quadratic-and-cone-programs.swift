// dualValue: the primal value
{ x, y, l, u in x.map { $0 * $0 / 2 }.reduce(0, +) - y.indices.map { y[$0] > 0 ? u[$0] * y[$0] : l[$0] * y[$0] }.reduce(0, +) }
// dualValue: upper bounds only
{ x, y, l, u in -x.map { $0 * $0 / 2 }.reduce(0, +) - y.indices.map { u[$0] * y[$0] }.reduce(0, +) }
// dualValue: the other sign of the bounds
{ x, y, l, u in -x.map { $0 * $0 / 2 }.reduce(0, +) + y.indices.map { y[$0] > 0 ? u[$0] * y[$0] : l[$0] * y[$0] }.reduce(0, +) }
// price: the other sign
{ found, row in found.y[row] }
// price: nothing
{ found, row in 0 }
// absolute: without the absolute value
{ b, lambda in try QuadraticProgram(P: Tensor([[1.0, 0.0], [0.0, 0.0]], dtype: .float64), q: [-b, 0], A: Tensor([[0.0, 1.0]], dtype: .float64), l: [0], u: [1]) }
// absolute: one side only
{ b, lambda in try QuadraticProgram(P: Tensor([[1.0, 0.0], [0.0, 0.0]], dtype: .float64), q: [-b, lambda], A: Tensor([[1.0, -1.0], [0.0, 1.0]], dtype: .float64), l: [-.infinity, 0], u: [0, .infinity]) }
// circle: the mean of the points
{ points in let n = Double(points.count); let z = [points.map { $0[0] }.reduce(0, +) / n, points.map { $0[1] }.reduce(0, +) / n]; return z + [points.map { (($0[0] - z[0]) * ($0[0] - z[0]) + ($0[1] - z[1]) * ($0[1] - z[1])).squareRoot() }.max()!] }
// circle: the smallest box
{ points in let (x, y) = (points.map { $0[0] }, points.map { $0[1] }); let z = [(x.min()! + x.max()!) / 2, (y.min()! + y.max()!) / 2]; return z + [points.map { (($0[0] - z[0]) * ($0[0] - z[0]) + ($0[1] - z[1]) * ($0[1] - z[1])).squareRoot() }.max()!] }
