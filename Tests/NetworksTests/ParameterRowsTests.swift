import Networks
import Testing

@Suite struct NamedParts {
  private let parts: Parts = ["support": [5, 2], "scale": [], "query": [3]]

  @Test func partsComeBackAsTheyWent() {
    var generator = Generator(seed: 1)
    let support = Tensor.normal([4, 5, 2], from: &generator)
    let (scale, query) = (
      Tensor.normal([4], from: &generator), Tensor.normal([4, 3], from: &generator)
    )
    let x = parts.joined(["query": query, "support": support, "scale": scale])
    #expect(x.shape == [4, 14] && parts.width == 14)
    #expect(parts(x).support == support && parts(x).scale == scale && parts(x)["query"] == query)
    // A part that all rows share is given once.
    let shared = parts.joined(["query": query[0], "support": support, "scale": scale])
    #expect(parts(shared).query[3] == query[0])
    #expect(parts(x[2]).support == support[2])
  }

  @Test func gradientsFindTheirPart() {
    let x = Tensor.ones([2, 14], dtype: .float64)
    let slope = gradient(at: x) { (2 * parts($0).query).sum() + square(parts($0).scale).sum() }
    #expect(parts(slope).support.sum().item() == 0)
    #expect(parts(slope).query == Tensor.full([2, 3], 2.0, dtype: .float64))
    #expect(parts(slope).scale == Tensor.full([2], 2.0, dtype: .float64))
  }

  @Test func networksReadWhatTheyAreTold() {
    var generator = Generator(seed: 2)
    let x = Tensor.normal([4, 14], from: &generator)
    let one = Dense(2, 7, from: &generator)
    #expect(Reading("support", of: parts, one)(x) == one(parts(x).support))
    let two = Dense(4, 7, from: &generator)
    let joined = concatenate([parts(x).query, parts(x).scale.reshaped([4, 1])], axis: 1)
    let reading = Reading("query", "scale", of: parts, two)
    #expect(reading(x) == two(joined))
    #expect(reading.namedParameters.map(\.name) == ["network.weight", "network.bias"])
  }
}

@Suite struct RowsOfParameters {
  private func network(_ seed: Int) -> Sequential {
    var generator = Generator(seed: seed)
    return Sequential(
      Dense(3, 8, dtype: .float64, from: &generator), Activation.tanh, LayerNorm(8),
      Residual(Dense(8, 8, dtype: .float64, from: &generator)), Activation.gelu,
      Dense(8, 2, bias: false, dtype: .float64, from: &generator))
  }

  @Test func aNetworkIsOneVectorAndBack() {
    let layout = ParameterRows(network(1))
    let row = layout.row(network(2))
    #expect(row.shape == [layout.count] && layout.count == 32 + 16 + 72 + 16)
    let back = layout.network(row).parameters
    for (a, b) in zip(back, network(2).parameters) { #expect(a.doubles == b.doubles) }
    #expect(layout.parts["layers.0.weight"].shape == [3, 8])
  }

  @Test func manyNetworksAtOnceAreTheNetworksOneByOne() {
    let layout = ParameterRows(network(1))
    let networks = (0..<5).map { network(10 + $0) }
    let rows = stack(networks.map { layout.row($0) }).cast(to: .float64)
    var generator = Generator(seed: 3)
    let x = Tensor.normal([5, 7, 3], dtype: .float64, from: &generator)
    let all = layout(rows, x)
    #expect(all.shape == [5, 7, 2])
    for i in 0..<5 { #expect(abs(all[i] - networks[i](x[i])).max().item() < 1e-12) }
    // Inputs that all share.
    let shared = layout(rows, x[0])
    for i in 0..<5 { #expect(abs(shared[i] - networks[i](x[0])).max().item() < 1e-12) }
  }

  @Test func gradientsReachRowsAndInputs() {
    let layout = ParameterRows(network(1))
    let rows = stack((0..<3).map { layout.row(network(20 + $0)) }).cast(to: .float64)
    var generator = Generator(seed: 4)
    let x = Tensor.normal([3, 4, 3], dtype: .float64, from: &generator)
    let (dRows, dx) = gradient(at: rows, x) { square(layout($0, $1)).sum() }
    for i in 0..<3 {
      let (own, input) = gradient(at: layout.network(rows[i]), x[i]) { square($0($1)).sum() }
      #expect(abs(dRows[i] - layout.row(own)).max().item() < 1e-10)
      #expect(abs(dx[i] - input).max().item() < 1e-10)
    }
  }

  /// One gradient step of a quadratic loss in closed form: w − η(Aᵀ(Aw − b)), for all tasks.
  @Test func aTaskIsAdaptedInClosedForm() {
    var generator = Generator(seed: 5)
    let layout = ParameterRows(Dense(4, 1, bias: false, dtype: .float64, from: &generator))
    let a = Tensor.normal([6, 9, 4], dtype: .float64, from: &generator)
    let b = Tensor.normal([6, 9, 1], dtype: .float64, from: &generator)
    let rows = Tensor.normal([6, 4], dtype: .float64, from: &generator)
    let slope = gradient(at: rows) { 0.5 * square(layout($0, a) - b).sum() }
    let exact = matmul(a.mT, matmul(a, rows.expandedDims(axis: -1)) - b).squeezed(axis: -1)
    #expect(abs(slope - exact).max().item() < 1e-12)
  }
}
