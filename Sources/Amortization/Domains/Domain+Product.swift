import Networks
import Tensors

extension Domain {
  /// Points made of blocks, each in a domain of its own.
  ///
  /// ```swift
  /// let mixture: Parts = ["weights": [3], "deviations": [3], "direction": [4]]
  /// Domain.product(mixture, ["weights": .simplex(), "deviations": .orthant, "direction": .sphere])
  /// ```
  ///
  /// Projection, embedding, tangent and retraction act block by block; the distance is the root of
  /// the sum of the blocks' squared distances.
  ///
  /// - Parameter domains: by the names of the parts; parts without one are Euclidean.
  public static func product(_ parts: Parts, _ domains: [String: Domain]) -> Domain {
    for name in domains.keys { _ = parts[name] }
    return product(parts.all.map { ($0.columns.count, domains[$0.name] ?? .euclidean) })
  }

  /// Points made of blocks with so many numbers each.
  public static func product(_ blocks: [(dimension: Int, domain: Domain)]) -> Domain {
    guard !blocks.isEmpty else { fatalError("Domain.product: no blocks") }
    var list: [(columns: Range<Int>, domain: Domain)] = []
    for (dimension, domain) in blocks {
      if let needed = domain.dimension, needed != dimension {
        fatalError("Domain.product: \(dimension) numbers for \(domain.name), which has \(needed)")
      }
      let first = list.last?.columns.upperBound ?? 0
      list.append((first..<(first + dimension), domain))
    }
    if blocks.allSatisfy({ $0.domain.isEuclidean }) { return .euclidean }
    let all = list
    @Sendable func each(_ y: Tensor, _ map: (Domain, Tensor) -> Tensor) -> Tensor {
      concatenate(all.map { map($0.domain, y[.ellipsis, $0.columns]) }, axis: -1)
    }
    @Sendable func pairs(_ a: Tensor, _ b: Tensor, _ map: (Domain, Tensor, Tensor) -> Tensor)
      -> [Tensor]
    {
      all.map { map($0.domain, a[.ellipsis, $0.columns], b[.ellipsis, $0.columns]) }
    }
    let isDiscrete = all.contains { $0.domain.round != nil }
    let round: @Sendable (Tensor) -> Tensor = { y in each(y) { domain, y in domain.round?(y) ?? y }
    }
    return Domain(
      all.map(\.domain.name).joined(separator: " × "),
      dimension: all[all.count - 1].columns.upperBound,
      isManifold: all.contains { $0.domain.isManifold },
      project: { y in each(y) { domain, y in domain.project(y) } },
      embed: { raw in each(raw) { domain, raw in domain.embed(raw) } },
      tangent: { y, v in concatenate(pairs(y, v) { $0.tangent($1, $2) }, axis: -1) },
      retract: { y, v in concatenate(pairs(y, v) { $0.retract($1, $2) }, axis: -1) },
      distance: { a, b in
        let squares = pairs(a, b) { square($0.distance($1, $2)) }
        return sqrt(squares.dropFirst().reduce(squares[0]) { $0 + $1 })
      },
      round: isDiscrete ? round : nil,
      origin: { _, type in
        concatenate(all.map { $0.domain.origin($0.columns.count, type) })
      },
      stationarity: { y, gradient in
        stack(pairs(y, gradient) { $0.stationarity($1, $2) }, axis: -1).max(axis: -1)
      })
  }
}
