import Tensors

private let weird = -3

func tensorSubjects() -> [Subject] {
  let functions: [(String, (Tensor) -> Tensor)] = [
    ("abs", abs), ("sign", sign), ("square", square), ("sqrt", sqrt), ("reciprocal", reciprocal),
    ("exp", exp), ("expm1", expm1), ("log", log), ("log1p", log1p), ("log2", log2),
    ("log10", log10),
    ("sin", sin), ("cos", cos), ("tan", tan), ("asin", asin), ("acos", acos), ("atan", atan),
    ("sinh", sinh), ("cosh", cosh), ("asinh", asinh), ("acosh", acosh), ("atanh", atanh),
    ("tanh", tanh), ("sigmoid", sigmoid), ("softplus", softplus), ("erf", erf), ("erfc", erfc),
    ("logGamma", logGamma), ("digamma", digamma), ("trigamma", trigamma), ("relu", relu),
    ("floor", floor), ("ceil", ceil), ("round", round), ("trunc", trunc), ("silu", silu),
    ("gelu", gelu), ("logSigmoid", logSigmoid), ("isNaN", isNaN), ("isInfinite", isInfinite),
    ("isFinite", isFinite), ("negative", { -$0 }), ("not", { .!$0 }),
    ("polygamma", { polygamma(3, $0) }), ("leakyRelu", { leakyRelu($0) }), ("elu", { elu($0) }),
    ("clip", { clip($0, -1, 0.5) }), ("power", { $0 ** 2.5 }), ("cube", { $0 ** 3 }),
    ("integer power", { $0 ** -1 }), ("scalars", { 2 * $0 + 1 - $0 / 3 }),
    ("fraction of a type", { $0 + 0.5 }), ("compare", { $0 .< 300 }), ("remainder", { $0 % 3 }),
    ("stopGradient", stopGradient), ("maximum", { maximum($0, 0) }),
    ("minimum", { minimum(0.5, $0) }),
  ]
  let shapes: [(String, (Tensor) -> Tensor)] = [
    ("reshaped", { $0.reshaped([-1]) }), ("reshaped wrong", { $0.reshaped([3, -1]) }),
    ("flattened", { $0.flattened() }), ("flattened from", { $0.flattened(from: 1) }),
    ("T", \.T), ("mT", \.mT), ("transposed", { $0.transposed() }),
    ("transposed wrong", { $0.transposed(1, 0) }), ("swapped", { $0.swapped(0, -1) }),
    ("movedAxis", { $0.movedAxis(0, to: -1) }), ("expandedDims", { $0.expandedDims(axis: -1) }),
    ("squeezed", { $0.squeezed() }), ("squeezed axis", { $0.squeezed(axis: 0) }),
    ("broadcast", { $0.broadcast(to: [2] + $0.shape) }), ("flipped", { $0.flipped() }),
    ("rolled", { $0.rolled(2) }),
    ("padded", { x in x.padded(x.shape.map { _ in (1, 2) }, value: 7) }),
    ("tiled", { $0.tiled([2, 2]) }), ("repeated", { $0.repeated(2, axis: 0) }),
    ("split", { $0.split(2)[0] }), ("split sizes", { $0.split(sizes: [1, 2])[1] }),
    ("concatenate", { concatenate([$0, $0]) }), ("stack", { stack([$0, $0], axis: -1) }),
    ("first", { $0[0] }), ("last", { $0[-1, ..<2] }), ("range", { $0[1..<9] }),
    ("steps", { $0[stride(from: 0, to: 3, by: 2)] }), ("ellipsis", { $0[.ellipsis, .newAxis, 0] }),
    ("mask", { $0[$0 .> 0] }), ("positions", { $0[[0, -1, 0]] }),
    (
      "assignment",
      {
        var x = $0; x[0] = Tensor(3); return x
      }
    ),
    (
      "masked assignment",
      {
        var x = $0; x[[0, 0]] = Tensor(1); return x
      }
    ),
    (
      "in place",
      {
        var x = $0; x += $0; x -= 2; x *= $0; x /= 3; return x
      }
    ),
    ("cast int", { $0.cast(to: .int32) }), ("cast half", { $0.cast(to: .float16) }),
    ("cast byte", { $0.cast(to: .uint8) }), ("cast wide", { $0.cast(to: .int64) }),
    ("cast brain", { $0.cast(to: .bfloat16) }), ("cast mask", { $0.cast(to: .bool) }),
    ("description", { Tensor($0.description.count) }), ("item", { Tensor($0.item()) }),
    ("evaluated", { $0.evaluated() }), ("zerosLike", { $0.zerosLike() }),
    ("onesLike", { $0.onesLike() }), ("nonzero", { $0.nonzero() }),
    ("oneHot", { $0.oneHot(4) }), ("diagonal", { $0.diagonal() }),
    ("asDiagonal", { $0.asDiagonal() }), ("trace", { $0.trace() }),
    ("lowerTriangle", { $0.lowerTriangle() }), ("upperTriangle", { $0.upperTriangle(1) }),
    ("argsort", { $0.argsort() }), ("unique", { $0.unique().counts }),
    ("dim", { Tensor($0.dim(-1)) }), ("integers", { Tensor($0.integers, dtype: .int64) }),
    ("array", { Tensor($0.array(of: UInt8.self)) }), ("doubles", { Tensor($0.doubles) }),
    ("floats", { Tensor($0.floats) }), ("booleans", { Tensor($0.booleans) }),
  ]
  let reductions: [(String, (Tensor) -> Tensor)] = [
    ("sum", { $0.sum() }), ("sum axis", { $0.sum(axis: 0) }),
    ("sum axes", { $0.sum(axes: [0, -1]) }),
    ("mean", { $0.mean() }), ("mean axis", { $0.mean(axis: -1) }), ("variance", { $0.variance() }),
    ("variance axis", { $0.variance(axis: 0, correction: 1) }), ("std", { $0.std() }),
    ("std axis", { $0.std(axis: -1, keepDims: true) }), ("max", { $0.max() }),
    ("max axis", { $0.max(axis: 0) }), ("min", { $0.min() }), ("min axis", { $0.min(axis: -1) }),
    ("prod", { $0.prod() }), ("prod axis", { $0.prod(axis: 0) }), ("norm", { $0.norm() }),
    ("norm axis", { $0.norm(axis: -1) }), ("cumulativeSum", { $0.cumulativeSum() }),
    ("logSumExp", { $0.logSumExp() }), ("logSumExp axes", { $0.logSumExp(axes: [0]) }),
    ("softmax", { $0.softmax() }), ("softmax axis", { $0.softmax(axis: 0) }),
    ("logSoftmax", { $0.logSoftmax() }), ("sorted", { $0.sorted(descending: true) }),
    ("topK", { $0.topK(2).values }), ("fft", { fft($0) }), ("ifft", { ifft($0) }),
    ("rfft", { rfft($0) }), ("irfft", { irfft($0) }), ("maxPool2d", { maxPool2d($0, size: 2) }),
    ("meanPool2d", { meanPool2d($0, size: 2, stride: 1) }),
    ("maxPool1d", { maxPool1d($0, size: 2) }),
    ("meanPool1d", { meanPool1d($0, size: 1) }),
  ]
  let plain: [(String, (Tensor) -> Tensor)] = [
    ("argmax", { $0.argmax() }), ("argmax axis", { $0.argmax(axis: 0) }),
    ("argmin", { $0.argmin(axis: -1) }), ("all", { Tensor($0.all()) }),
    ("any", { Tensor($0.any()) }), ("all axis", { $0.all(axis: 0) }),
    ("any axis", { $0.any(axis: -1, keepDims: true) }),
    ("hessian", { hessian(at: $0) { ($0 ** 3).sum() } }),
    ("jacobian", { jacobian(at: $0) { square($0) } }),
    ("hessianVectorProduct", { hessianVectorProduct(at: $0, along: $0) { exp($0).sum() } }),
    ("jvp", { jvp({ sin($0) }, at: $0, along: $0).derivative }),
    ("vjp", { x in vjp({ exp($0) }, at: x).pullback(x) }),
    ("checkpointed", { x in gradient(at: x) { x in checkpointed(x) { square($0).sum() } } }),
    (
      "fixedPoint",
      { x in fixedPoint(from: x, parameters: x, maximumIterations: 20) { z, p in 0.5 * z + p } }
    ),
    (
      "implicitArgmin",
      { x in implicitArgmin(parameters: x, solver: { $0 }) { y, p in square(y - p).sum() } }
    ),
  ]
  let random: [(String, (Tensor) -> Tensor)] = [
    ("bernoulli", { Tensor.bernoulli($0) }), ("gamma", { Tensor.gamma($0) }),
    ("beta", { Tensor.beta($0, $0) }), ("dirichlet", { Tensor.dirichlet($0) }),
    ("categorical", { Tensor.categorical(logits: $0) }),
    ("uniform", { Tensor.uniform($0.shape, low: -1, high: 3) }),
    ("normal", { Tensor.normal($0.shape) }),
    ("gumbel", { Tensor.gumbel($0.shape) }),
    ("truncatedNormal", { Tensor.truncatedNormal($0.shape) }),
    ("randomIntegers", { Tensor.randomIntegers($0.shape, in: -2..<9) }),
    ("permutation", { Tensor.permutation($0.size) }), ("choice", { Tensor.choice($0.size, 2) }),
    (
      "shuffled",
      {
        var g = Generator(seed: 1); return $0.shuffled(from: &g)
      }
    ),
    ("arange", { Tensor.arange(0, $0.size) }), ("linspace", { Tensor.linspace(0, 1, $0.size) }),
    ("eye", { Tensor.eye($0.size) }), ("full", { Tensor.full($0.shape, 2, dtype: $0.dtype) }),
    ("rfftFrequencies", { rfftFrequencies($0.size) }),
    ("repeated none", { $0.repeated(0, axis: 0) }),
    ("repeated wrong", { $0.repeated(weird, axis: 0) }),
    ("rolled wrong", { $0.rolled(1, axis: weird) }), ("eye wrong", { _ in Tensor.eye(weird) }),
    ("split wrong", { $0.split(0)[0] }), ("topK wrong", { $0.topK(weird).values }),
    ("oneHot wrong", { $0.oneHot(weird) }),
    ("linspace wrong", { _ in Tensor.linspace(0, 1, weird) }),
    ("permutation wrong", { _ in Tensor.permutation(weird) }),
    ("flattened wrong", { $0.flattened(from: 70) }),
    ("flattened negative", { $0.flattened(from: weird) }),
  ]
  let pairs: [(String, (Tensor, Tensor) -> Tensor)] = [
    ("+", { $0 + $1 }), ("-", { $0 - $1 }), ("*", { $0 * $1 }), ("/", { $0 / $1 }),
    ("%", { $0 % $1 }), ("**", { $0 ** $1 }), ("maximum", { maximum($0, $1) }),
    ("minimum", { minimum($0, $1) }), ("atan2", { atan2($0, $1) }),
    ("logAddExp", { logAddExp($0, $1) }),
    ("which", { which($0 .> 0, $0, $1) }), ("clip both", { clip($0, $1, $1 + 1) }),
    ("matmul", { matmul($0, $1) }), ("outer", { outer($0, $1) }), ("dot", { dot($0, $1) }),
    ("einsum", { einsum("ij,jk->ik", $0, $1) }), ("affine", { affine($0, $1, Tensor.zeros([3])) }),
    ("conv2d", { conv2d($0, $1, padding: 1) }),
    ("conv2d, groups", { conv2d($0, $1, stride: (2, 1), padding: (0, 1), groups: 2) }),
    ("conv1d", { conv1d($0, $1) }),
    ("convTransposed2d", { convTransposed2d($0, $1, stride: 2) }),
    ("concatenate two", { concatenate([$0, $1]) }),
    ("stack two", { stack([$0, $1]) }), ("meshgrid", { meshgrid($0, $1).x }),
  ]
  let comparisons: [(String, (Tensor, Tensor) -> Tensor)] = [
    (".==", { $0 .== $1 }), (".!=", { $0 .!= $1 }), (".<", { $0 .< $1 }), (".<=", { $0 .<= $1 }),
    (".>", { $0 .> $1 }), (".>=", { $0 .>= $1 }), (".&", { $0 .& $1 }), (".|", { $0 .| $1 }),
    (".^", { $0 .^ $1 }), ("==", { Tensor($0 == $1) }), ("floorDivide", { floorDivide($0, $1) }),
    ("take", { $0.take($1) }), ("gathered", { $0.gathered($1) }),
    ("adding", { $0.adding($0, at: $1) }),
    ("searchSorted", { $0.searchSorted($1) }), ("index two", { $0[$1] }),
    (
      "assign two",
      {
        var x = $0; x[0] = $1; return x
      }
    ),
    (
      "add in place",
      {
        var x = $0; x._add($1, times: 0.5); return x
      }
    ),
    (
      "adam",
      { p, g in
        var (x, m, v) = (p, p.zerosLike(), p.zerosLike())
        x._adam(g, &m, &v, 0.1, 0.9, 0.999, 1e-8, 0, 1, 1)
        return concatenate([x.flattened(), m.flattened(), v.flattened()])
      }
    ),
  ]
  return (functions + shapes + reductions).flatMap { smooth($0.0, $0.1) }
    + (plain + random).map { .one($0.0, $0.1) }
    + pairs.flatMap { smooth($0.0, $0.1) } + comparisons.map { .two($0.0, $0.1) }
}

func linearAlgebraSubjects() -> [Subject] {
  let one: [(String, (Tensor) throws -> Tensor)] = [
    ("inverted", { try inverted($0) }), ("cholesky", { try cholesky($0) }), ("qr", { qr($0).q }),
    ("qr r", { qr($0).r }), ("svd s", { try svd($0).s }), ("svd u", { try svd($0).u }),
    ("eigenSymmetric", { try eigenSymmetric($0).values }),
    ("eigenvalues", { try eigenvalues($0).real + eigenvalues($0).imaginary }),
    ("eigenSymmetric vectors", { try eigenSymmetric($0).vectors }), ("lu", { lu($0).u }),
    ("logDeterminant", { logDeterminant($0).logAbsolute }), ("determinant", { determinant($0) }),
    ("pseudoInverse", { try pseudoInverse($0) }),
  ]
  let two: [(String, (Tensor, Tensor) throws -> Tensor)] = [
    ("solve", { try solve($0, $1) }), ("triangularSolve", { try triangularSolve($0, $1) }),
    ("leastSquares", { try leastSquares($0, $1) }),
  ]
  return one.flatMap { smooth($0.0, $0.1) } + two.flatMap { smooth($0.0, $0.1) }
}
