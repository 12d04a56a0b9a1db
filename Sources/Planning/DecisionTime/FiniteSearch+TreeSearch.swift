internal import _CVectorKernels
import Reinforcement
import Tensors

extension FiniteSearch {
  /// Visits and mean returns of a state's actions.
  private struct Node {
    var visits: [Double]
    var values: [Double]
  }

  /// UCT from a state: known states choose by upper bounds, the first unknown one is added and played
  /// to the end by the blueprint.
  func treeSearch(from state: Int, steps: Int, samples: Int, _ generator: inout Generator)
    -> (action: Int, samples: Int)
  {
    let actions = process.actions
    let empty = Node(
      visits: [Double](repeating: 0, count: actions), values: [Double](repeating: 0, count: actions)
    )
    // Values depend on the steps that are left, so a node is a state at a depth.
    var nodes: [Int: Node] = [state: empty]
    var spent = 0
    var odds = [Double](repeating: 0, count: actions)
    while spent < samples {
      var (now, isInTree) = (state, true)
      var path: [(key: Int, action: Int)] = []
      var rewards: [Double] = []
      for depth in 0..<steps {
        let key = depth * process.states + now
        let action: Int
        if isInTree, let node = nodes[key] {
          action = curious(node)
          path.append((key, action))
        } else {
          if isInTree { nodes[key] = empty }
          isInTree = false
          blueprint.probabilities(features(now), into: &odds)
          action = drawn(odds, generator.uniform())
        }
        let step = process.follow(now, action, generator.uniform())
        rewards.append(step.reward)
        spent += 1
        guard let next = step.next else { break }
        now = next
      }
      var toGo = rewards.reduce(0, +)
      for (depth, choice) in path.enumerated() {
        nodes[choice.key]!.visits[choice.action] += 1
        let n = nodes[choice.key]!.visits[choice.action]
        nodes[choice.key]!.values[choice.action] +=
          (toGo - nodes[choice.key]!.values[choice.action]) / n
        toGo -= rewards[depth]
      }
    }
    let root = nodes[state]!
    return ((0..<actions).max { root.visits[$0] < root.visits[$1] }!, spent)
  }

  private func curious(_ node: Node) -> Int {
    let total = node.visits.reduce(0, +)
    var (best, top) = (0, -Double.infinity)
    for action in node.visits.indices {
      guard node.visits[action] > 0 else { return action }
      let bound = (vk_stable_log(total) / node.visits[action]).squareRoot()
      let value = node.values[action] + curiosity * bound
      if value > top { (best, top) = (action, value) }
    }
    return best
  }
}
