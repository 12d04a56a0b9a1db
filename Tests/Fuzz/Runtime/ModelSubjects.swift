import Networks
import Tensors
import Transport

func networkSubjects() -> [Subject] {
  func layers() -> [(String, any Layer)] {
    var g = Generator(seed: 2)
    return [
      ("Dense", Dense(3, 2, from: &g)), ("MLP", MLP([3, 4, 2], from: &g)),
      ("LayerNorm", LayerNorm(3)),
      ("BatchNorm", BatchNorm(3)), ("Dropout", Dropout(0.5)),
      ("Attention", Attention(4, heads: 2, from: &g)),
      ("GRU", GRU(3, 2, from: &g)), ("LSTM", LSTM(3, 2, from: &g)),
    ]
  }
  var subjects: [Subject] = layers().flatMap { name, layer in
    func call<L: Layer>(_ l: L) -> [Subject] {
      smooth(name) { x in training { l(x) } } + smooth("\(name) in use") { l($0) }
    }
    return call(layer)
  }
  subjects += [
    .two("meanSquaredError") { meanSquaredError($0, $1) },
    .two("crossEntropy") { crossEntropy($0, $1) },
    .two("binaryCrossEntropy") { binaryCrossEntropy($0, $1) },
    .two("accuracy") { Tensor(accuracy($0, $1)) },
    .one("Embedding") { x in
      var g = Generator(seed: 3)
      return Embedding(4, 3, from: &g)(x)
    },
    .one("globalNorm") { Tensor($0.globalNorm()) },
    .one("clipped") { $0.clipped(toNorm: 1) },
    .two("movingAverage") { $0.movingAverage(with: $1, decay: 0.9) },
    .two("SGD") { p, g in
      var (x, rule) = (p, SGD(momentum: 0.9)); rule.update(&x, along: g); return x
    },
    .two("Adam") { p, g in
      var (x, rule) = (p, Adam()); rule.update(&x, along: g); return x
    },
    .two("RMSProp") { p, g in
      var (x, rule) = (p, RMSProp()); rule.update(&x, along: g); return x
    },
    .one("minimizeLBFGS") { x in
      minimizeLBFGS(from: x, maximumIterations: 5) { square($0 - 1).sum() }.solution
    },
    .two("Batches") { x, y in
      Batches(of: 2, x, y, seed: 1).reduce(Tensor(0)) { $0 + $1.x.cast(to: .float32).sum() }
    },
  ]
  return subjects
}

func transportSubjects() -> [Subject] {
  func masses(_ n: Int) -> Tensor { Tensor.full([n], 1 / Double(max(1, n)), dtype: .float64) }
  let options = SinkhornOptions(maximumIterations: 50)
  return [
    .one("Geometry.matrix") { try Geometry.matrix($0).costMatrix },
    .two("Geometry.points") { try Geometry.points($0, $1).costMatrix },
    .two("Geometry.lowRank") { try Geometry.lowRank($0, $1).costMatrix },
    .one("Geometry.grid") { try Geometry.grid(costs: [$0]).costMatrix },
    .one("sinkhorn") { c in
      let g = try Geometry.matrix(c)
      return try sinkhorn(masses(g.rows), masses(g.columns), g, epsilon: 0.1, options: options).plan
        .matrix
    },
    .many("sinkhorn masses", 2) { x in
      let n = x[0].size
      let g = try Geometry.matrix(Tensor.eye(n))
      return [try sinkhorn(x[0], x[1], g, epsilon: 0.1, options: options).f]
    },
    .two("sinkhornBatch") { a, b in
      let n = a.shape.last ?? 1
      return try sinkhornBatch(a, b, Geometry.matrix(Tensor.eye(n)), epsilon: 0.1, options: options)
        .f
    },
    .one("exactTransport") { c in
      let g = try Geometry.matrix(c)
      return try exactTransport(masses(g.rows), masses(g.columns), g).plan.matrix
    },
    .many("exactTransport masses", 2) { x in
      [try exactTransport(x[0], x[1], Geometry.matrix(Tensor.eye(x[0].size, x[1].size))).f]
    },
    .two("wassersteinDistance") { Tensor(try wassersteinDistance($0, $1)) },
    .two("wasserstein1D") { wasserstein1D($0, $1) },
    .two("slicedWasserstein") { slicedWasserstein($0, $1, directions: 4) },
    .one("assignment") { Tensor(try assignment($0).columns) },
    .two("gromovWasserstein") { c, d in
      let (p, q) = (masses(c.shape.first ?? 1), masses(d.shape.first ?? 1))
      return try gromovWasserstein(p, q, c, d, epsilon: 0.5, maximumIterations: 5).plan
    },
    .one("barycenter") { m in
      try barycenter(
        of: m, Geometry.matrix(Tensor.eye(m.shape.last ?? 1)), epsilon: 0.1, maximumIterations: 20
      ).masses
    },
    .two("GaussianMeasure") { m, c in
      Tensor(
        try GaussianMeasure(mean: m, covariance: c).squaredDistance(
          to: GaussianMeasure(mean: m, covariance: c)))
    },
    .one("GaussianMeasure fitting") { GaussianMeasure(fitting: $0).covariance },
    .one("entropicCost") { c in
      guard c.ndim == 2, c.dtype.isFloating else { return c }
      return try gradient(at: c) { c in
        try entropicCost(
          masses(c.shape[0]), masses(c.shape[1]), cost: c, epsilon: 0.5, options: options)
      }
    },
  ]
}
