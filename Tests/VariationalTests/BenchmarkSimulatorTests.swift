import Foundation
import Tensors
import Testing
import Variational

/// Against posterior_reference.npz, which make_reference.py made.
@Suite struct BenchmarkSimulatorTests {
  private func reference() throws -> [String: Tensor] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try loadNPZ(folder.appendingPathComponent("posterior_reference.npz").path)
  }

  /// Draws of the exact posterior are those of sbibm 1.1.0, and lead back to the data.
  @Test func moonsAreThoseOfTheBenchmark() throws {
    let file = try reference()
    let (x, expected) = (try #require(file["moons"]), try #require(file["moon_draws"]))
    var generator = Generator(seed: 1)
    let drawn = Simulator.twoMoonsPosterior(1000, given: x, from: &generator)
    let test = TwoSampleTest(drawn, expected, epochs: 30)
    #expect(test.accuracy < 0.5 + 3.5 * test.chanceDeviation, "\(test)")
    let joint = try #require(Simulator.twoMoons.logJoint)
    let density = joint(drawn, x.reshaped([1, 2]).broadcast(to: [1000, 2]))
    #expect(isFinite(density).all())
    // A radius of 0.1 ± 0.01: its mean log density is −½ − E log r.
    #expect(Swift.abs(density.mean().item() as Double - (-0.5 + 2.3076)) < 0.1)
    let outside = joint(Tensor([[1.1, 0.0]]), x.reshaped([1, 2]).cast(to: .float32))
    #expect(outside[0].item() == -Double.infinity)
  }

  /// The density is SciPy's, and the program's draws have its moments.
  @Test func slcpIsThatOfTheBenchmark() throws {
    let file = try reference()
    let (x, theta) = (try #require(file["slcp"]), try #require(file["theta"]))
    let joint = try #require(Simulator.slcp.logJoint)
    // SciPy's has the factor (2π)⁻⁴, which a posterior does not need.
    let found = joint(theta, x.reshaped([1, 8]).broadcast(to: [20, 8])) - 4 * 1.8378770664093453
    let expected = try #require(file["log_density"])
    #expect((abs(found - expected) / (1 + abs(expected))).max().item() < 1e-6)
    // Draws of the reference posterior have far higher densities than the prior's.
    let draws = try #require(file["slcp_draws"]).cast(to: .float64)
    let likely = joint(draws, x.reshaped([1, 8]).broadcast(to: [1000, 8]))
    #expect(likely.min().item() > -20.0)
  }

  /// The program of SLCP scatters as it says.
  @Test func slcpScattersAsItSays() {
    let point = Tensor([0.5, -1.0, 1.2, -0.9, 0.7], dtype: .float64)
    let simulator = Simulator(
      parameters: 5, data: 8, prior: { n, _ in point.reshaped([1, 5]).broadcast(to: [n, 5]) },
      program: Simulator.slcp.program)
    var generator = Generator(seed: 2)
    let data = simulator.draw(20_000, from: &generator).data.reshaped([80_000, 2])
    let mean = data.mean(axis: 0)
    let centred = data - mean
    let covariance = matmul(centred.T, centred) / 80_000
    let (s, t) = (1.44, 0.81)
    let cross = 0.604368 * s * t
    let expected = Tensor([[s * s, cross], [cross, t * t]], dtype: .float64)
    #expect(abs(mean - Tensor([0.5, -1.0], dtype: .float64)).max().item() < 0.02)
    #expect(abs(covariance - expected).max().item() < 0.04)
  }
}
