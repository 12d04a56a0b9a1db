import AmortizedConvex
import Convex
import Tensors
import Testing

struct FamilyTests {
  @Test("Families draw programs that have solutions", arguments: 0..<4)
  func families(_ k: Int) throws {
    let family = [QuadraticFamily.random, .portfolio, .vectorMachine, .lasso][k]
    let batch = try family.sample(40, seed: 3)
    #expect(try batch.solve().isSolved)
    #expect(try family.sample(40, seed: 3).solve().x == batch.solve().x)
    #expect(try family.sample(40, seed: 4).solve().x != batch.solve().x)
  }

  @Test("A lasso's program has the lasso's optimality conditions")
  func lasso() throws {
    let batch = try QuadraticFamily.lasso.sample(5, seed: 8)
    let found = try batch.solve(QuadraticOptions(absoluteTolerance: 1e-9))
    let (x, y) = (found.x[0..., 0..<8], found.x[0..., 8..<20])
    // Multipliers of −t ≤ x ≤ t sum to λ, the same for each coordinate.
    let price = abs(found.y[0..., 12..<20]) + abs(found.y[0..., 20..<28])
    let spread = (price.max(axis: -1) - price.min(axis: -1)).max().item() as Double
    #expect(spread < 1e-6)
    let value = 0.5 * square(y).sum(axis: -1) + (price * abs(x)).sum(axis: -1)
    #expect(abs(found.objective - value).max().item() < 1e-6)
  }
}

struct WalkingTests {
  @Test("The prediction is the simulation")
  func prediction() throws {
    let controller = WalkingController()
    var g = Generator(seed: 1)
    let walks = (0..<3).map { _ in controller.walk(20, push: 0, from: &g) }
    var states = Tensor.normal([3, 3], std: 0.05, dtype: .float64, from: &g)
    let contexts = controller.contexts(walks, at: 3, states: states)
    let u = Tensor.normal([3, 16], dtype: .float64, from: &g)
    let begun = states
    let (q, edges) = controller.data(contexts)
    let still = Tensor.zeros([3], dtype: .float64)
    var points: [Tensor] = []
    var free = begun
    for k in 0..<16 {
      states = controller.stepped(states, jerk: u[0..., k], push: still)
      free = controller.stepped(free, jerk: still, push: still)
      points.append(states[0..., 0] - 0.84 / 9.81 * states[0..., 2] - begun[0..., 0])
    }
    // Zero-moment points of the simulation against the rows of the program.
    let moved = u.matmul(controller.A.T)
    for k in 0..<16 {
      let upper = moved[0..., 2 * k] - edges[0..., 2 * k]
      #expect(abs(upper - (points[k] - contexts[0..., 19 + k])).max().item() < 1e-12)
      let lower = moved[0..., 2 * k + 1] - edges[0..., 2 * k + 1]
      #expect(abs(lower + (points[k] - contexts[0..., 3 + k])).max().item() < 1e-12)
    }
    // The objective is half of the squared distance of the last state from its goal, up to a constant.
    let value = (0.5 * u.matmul(controller.P) * u + q * u).sum(axis: -1)
    func distance(_ s: Tensor) -> Tensor {
      let position = s[0..., 0] - begun[0..., 0] - contexts[0..., 2]
      return 0.5 * (square(position) + square(s[0..., 1]) + square(s[0..., 2]))
    }
    let gain = distance(states) - distance(free) + 0.5e-3 * square(u).sum(axis: -1)
    #expect(abs(value - gain).max().item() < 1e-10)
  }

  @Test("Walks can be walked, and arrive")
  func closedLoop() throws {
    let controller = WalkingController()
    var g = Generator(seed: 2)
    let walks = (0..<10).map { _ in controller.walk(30, from: &g) }
    let steps = try controller.simulate(walks, steps: 30)
    #expect(steps.allSatisfy { $0.status.allSatisfy { $0 == .solved } })
    // The goal, relative to the centre of mass, stays within a few steps' length.
    #expect(abs(steps[29].contexts[0..., 2]).max().item() < 1.5)
  }
}
