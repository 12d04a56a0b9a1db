import Reinforcement
import Tensors
import Testing

struct CrossingTests {
  let game = Crossing()

  /// A board whose cars stand in column 0 but for those given, wait for so many steps and drive to the
  /// right every 5 steps.
  private func board(row: Float, cars: [Int: Float] = [:], wait: Float = 5, side: Float = 1)
    -> Tensor
  {
    let columns = (1...8).map { cars[$0] ?? 0 }
    let rest = [wait, 5, side].flatMap { [Float](repeating: $0, count: 8) }
    return Tensor([row] + columns + rest, shape: [1, 33])
  }

  private func after(_ state: Tensor, _ action: Int) -> (row: Float, cars: [Float], reward: Double)
  {
    let next = game.step(state, Tensor([action]))
    #expect(!next.terminated.any())
    return (next.state.floats[0], Array(next.state.floats[1..<9]), next.reward.item())
  }

  @Test func stepsByHand() {
    #expect(after(board(row: 5), 0).row == 4)
    #expect(after(board(row: 5), 1).row == 5)
    #expect(after(board(row: 9), 2).row == 9)
    // The other side, and back.
    let over = after(board(row: 1), 0)
    #expect(over.row == 9 && over.reward == 1)
    // A car in column 4 stops who comes, and one that comes stops who waits; column 3 is no harm.
    #expect(after(board(row: 6, cars: [5: 4]), 0) == (9, [0, 0, 0, 0, 4, 0, 0, 0], 0))
    #expect(after(board(row: 5, cars: [5: 3], wait: 1), 1) == (9, [1, 1, 1, 1, 4, 1, 1, 1], 0))
    #expect(after(board(row: 5, cars: [5: 3]), 1).row == 5)
    // Who has left the road is not hit.
    #expect(after(board(row: 1, cars: [1: 4]), 0).reward == 1)
    // Cars come back on the other side, and wait anew.
    let left = game.step(board(row: 9, wait: 1, side: -1), Tensor([1])).state
    #expect(left.floats[1..<9].allSatisfy { $0 == 9 } && left.floats[9..<17].allSatisfy { $0 == 5 })
    #expect(after(board(row: 9, cars: [2: 9], wait: 1), 1).cars[1] == 0)
    let seen = game.observe(board(row: 3, cars: [1: 7]))
    #expect(seen.shape == [1, 106] && seen[0, 3].item() == 1 && seen[0, 17].item() == 1)
    #expect(abs((seen.sum().item() as Double) - 18.6) < 1e-4)
  }

  @Test func numbersAndTensorsAgree() {
    var generator = Generator(seed: 9)
    var worlds = Worlds(game, count: 300, seed: 3)
    let first = worlds.states
    var crossed = 0.0
    for _ in 0..<400 {
      // Mostly upward.
      let actions = Tensor.randomIntegers([300], in: 0..<6, from: &generator)
      let action = which(actions .< 4, 0, actions - 3)
      let expected = game.step(worlds.states, action)
      let step = worlds.step(action)
      #expect(step.next == expected.state && step.rewards == expected.reward)
      #expect(!step.terminated.any())
      crossed += step.rewards.sum().item()
      worlds.restart()
    }
    #expect(crossed > 300, "\(crossed) crossings")
    // Speeds and directions stay.
    #expect(worlds.states[0..., 17...] == first[0..., 17...])
  }

  /// Looking one step ahead for a car is better than always going up.
  @Test func lookingPays() {
    func score(_ looks: Bool) -> Double {
      var worlds = Worlds(game, count: 100, seed: 5)
      var total = 0.0
      for _ in 0..<500 {
        var action = Tensor.zeros([100], dtype: .int32)
        if looks {
          // Wait where going up meets a car, unless waiting does.
          func isHit(_ choice: Double) -> Tensor {
            let step = game.step(
              worlds.states, Tensor.full([100], choice, dtype: .int32))
            return (step.state[0..., 0] .== 9.0) .& (step.reward .== 0.0)
          }
          action = (isHit(0) .& .!isHit(1)).cast(to: .int32)
        }
        total += worlds.step(action).rewards.sum().item()
        worlds.restart()
      }
      return total / 100
    }
    let (blind, looking) = (score(false), score(true))
    #expect(looking > 1.2 * blind, "\(looking) against \(blind)")
  }
}
