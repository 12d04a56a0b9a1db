import Display
import Networks
import Tensors

/// A PAC-Bayes bound on the risk of a network whose parameters are drawn around trained ones.
public struct PACBayesBound: Sendable {
  /// What the risk of the drawn networks, on average, does not exceed.
  public var bound: Double
  /// The share of failures over contexts and drawn networks.
  public var empirical: Double
  /// KL(posterior ‖ prior), in nats.
  public var divergence: Double
  /// Contexts, and networks drawn.
  public var count: Int
  /// Networks drawn for the share of failures.
  public var draws: Int
  /// The probability that the bound does not hold.
  public var delta: Double
}

/// The largest r with kl(q ‖ r) ≤ c, where kl is the divergence of two coins.
public func klInverse(_ q: Double, _ c: Double) -> Double {
  guard q >= 0, q <= 1, c >= 0 else { fatalError("klInverse: share \(q), divergence \(c)") }
  func divergence(_ r: Double) -> Double {
    (q > 0 ? q * logarithm(q / r) : 0) + (q < 1 ? (1 - q) * logarithm((1 - q) / (1 - r)) : 0)
  }
  return bisected(from: q, to: 1) { divergence($0) <= c }
}

/// Bounds the risk of N(θ, σ²) over parameters on the contexts they were trained on (Seeger's and
/// Maurer's bound, arXiv:cs/0411099): kl(r̂ ‖ r) ≤ (KL + log(2√n/δ))/n.
///
/// Unlike ``certify(_:on:steps:tolerances:against:count:delta:seed:)`` it needs no held-out contexts,
/// but a prior that was fixed before they were seen, such as the network's start. The share of
/// failures r̂ is itself estimated by drawing networks, which costs half of δ (Langford & Caruana
/// 2002).
///
/// - Parameters:
///   - deviation: σ of posterior and prior.
///   - fails: whether a network fails on each of the n contexts, truth values `[n]`.
///   - count: n.
public func pacBayesBound<M: Model>(
  prior: M, posterior: M, deviation: Double, count: Int, draws: Int = 100, delta: Double = 0.05,
  seed: Int = 0, fails: (M) -> Tensor
) -> PACBayesBound {
  guard deviation > 0, count > 0, draws > 0, delta > 0, delta < 1 else {
    fatalError("pacBayesBound: σ \(deviation), \(count) contexts, \(draws) draws, δ \(delta)")
  }
  var divergence = 0.0
  for (a, b) in zip(prior.parameters, posterior.parameters) {
    divergence += square((a - b).cast(to: .float64)).sum().item()
  }
  divergence /= 2 * deviation * deviation
  var generator = Generator(seed: seed)
  var failures = 0.0
  for _ in 0..<draws {
    let drawn = posterior.mapParameters {
      $0 + deviation * Tensor.normal($0.shape, dtype: $0.dtype, from: &generator)
    }
    let failed = fails(drawn)
    guard failed.size == count else {
      fatalError("pacBayesBound: \(failed.size) truth values for \(count) contexts")
    }
    failures += failed.cast(to: .float64).sum().item()
  }
  let share = failures / Double(draws * count)
  // Each network's share of failures is one draw of a number in [0, 1].
  let empirical = klInverse(share, logarithm(2 / delta) / Double(draws))
  let n = Double(count)
  let budget = (divergence + logarithm(2 * n.squareRoot() / (delta / 2))) / n
  return PACBayesBound(
    bound: klInverse(empirical, budget), empirical: share, divergence: divergence, count: count,
    draws: draws, delta: delta)
}

extension PACBayesBound: CustomStringConvertible, Displayable {
  public var description: String {
    "PAC-Bayes: with probability 1 − \(shortNumber(delta)), the risk is at most "
      + "\(shortNumber(100 * bound)) %; \(shortNumber(100 * empirical)) % of \(draws) networks on "
      + "\(count) contexts failed, KL \(shortNumber(divergence))"
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}
