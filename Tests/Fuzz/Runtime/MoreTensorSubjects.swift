import Tensors

func moreTensorSubjects() -> [Subject] {
  let one: [(String, (Tensor) throws -> Tensor)] = [
    ("differences", { $0.differences() }), ("cumulativeProduct", { $0.cumulativeProduct() }),
    ("trapezoid", { $0.trapezoid() }), ("quantile", { $0.quantile(0.3) }),
    ("median", { $0.median(axis: 0) }), ("nanSum", { $0.nanSum() }), ("nanMean", { $0.nanMean() }),
    ("nanStd", { $0.nanStd() }), ("nanMax", { $0.nanMax(axis: 0) }), ("nanMin", { $0.nanMin() }),
    ("matrixPower", { try matrixPower($0, 3) }),
    ("matrixExponential", { try matrixExponential($0) }),
    ("hstack", { hstack([$0, $0]) }), ("vstack", { vstack([$0, $0]) }),
    ("erfInverse", { erfInverse($0) }), ("hypot", { hypot($0, $0 + 1) }),
    ("norm of an order", { $0.norm(order: 3) }),
  ]
  let plain: [(String, (Tensor) throws -> Tensor)] = [
    ("matrixRank", { Tensor(try matrixRank($0)) }), ("argwhere", { $0.argwhere() }),
    ("uniqueWithInverse", { $0.uniqueWithInverse().inverse }),
    ("histogram", { $0.histogram().counts }),
    // Counts up to the largest number, which hostile ones make too many.
    ("binCounts", { ($0 % 100).binCounts() }), ("poisson", { Tensor.poisson($0) }),
    ("exponential", { Tensor.exponential($0.shape) }),
    (
      "gradientWithAuxiliary",
      { x in
        gradientWithAuxiliary(at: x) { x in (square(x).sum(), 1) }.gradient
      }
    ),
    ("integrate", { x in integrate(from: x, at: [0, 1], steps: 3) { _, y in -y } }),
    ("root", { x in Tensor(try root(in: 0...2) { $0 - 1 }) + x }),
  ]
  let two: [(String, (Tensor, Tensor) throws -> Tensor)] = [
    ("kron", { kron($0, $1) }), ("cross", { cross($0, $1) }), ("convolve", { convolve($0, $1) }),
    ("isClose", { $0.isClose(to: $1) }), ("allClose", { Tensor($0.allClose(to: $1)) }),
    ("isIn", { $0.isIn($1) }), ("interpolated", { $0.interpolated(from: $0, at: $1) }),
  ]
  return one.flatMap { smooth($0.0, $0.1) } + plain.map { .one($0.0, $0.1) }
    + two.map { .two($0.0, $0.1) }
}
