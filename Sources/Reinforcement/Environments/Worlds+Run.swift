import Tensors

extension Environment {
  /// Whether steps of many rows run in a loop over plain numbers.
  package var isCompiled: Bool { self is any Compiled }
}

extension Worlds {
  /// Steps of given or random actions; episodes that end are begun anew at once.
  ///
  /// - Parameter actions: `[steps, count, d]` of a box or `[steps, count]` of choices; uniformly
  ///   distributed ones if `nil`. Rows behind the last step are not read.
  /// - Returns: rewards of each episode, added up over all steps, and how many episodes ended.
  /// - Complexity: for the environments of this module 10 to 20 ns for each step of each episode.
  public mutating func run(steps: Int, actions: Tensor? = nil) -> (rewards: [Double], ends: Int) {
    if let actions { check(actions, steps) }
    restart()
    var totals = [Double](repeating: 0, count: count)
    var ends = 0
    let block = Swift.max(1, Swift.min(steps, 65_536 / count))
    var done = 0
    while done < steps {
      let now = Swift.min(block, steps - done)
      let drawn: Tensor
      if let actions {
        drawn = actions[done..<(done + now)]
      } else {
        let flat = environment.actions.sample(now * count, from: &generator)
        drawn = flat.reshaped([now, count] + flat.shape.dropFirst())
      }
      ends += runBlock(now, drawn, &totals)
      done += now
    }
    return (totals, ends)
  }

  private func check(_ actions: Tensor, _ steps: Int) {
    var shape = [steps, count]
    if case .box(let dimension, _, _) = environment.actions { shape.append(dimension) }
    guard actions.ndim == shape.count, actions.dim(0) >= steps,
      actions.shape.dropFirst() == shape.dropFirst()
    else {
      fatalError("\(environment.name): actions of shape \(actions.shape), not \(shape)")
    }
    guard (actions.sum().item() as Double).isFinite else {
      fatalError("\(environment.name): an action that is not finite")
    }
    environment.checkChoices(from: actions.min().item(), to: actions.max().item())
  }

  private mutating func runBlock(_ steps: Int, _ actions: Tensor, _ totals: inout [Double]) -> Int {
    var ends = 0
    guard let compiled = environment as? any Compiled, states.dtype == .float32 else {
      for t in 0..<steps {
        let step = self.step(actions[t])
        for (i, reward) in step.rewards.doubles.enumerated() { totals[i] += reward }
        ends += ended.count { $0 }
        restart()
      }
      return ends
    }
    let noise = environment.drawNoise(steps * count, from: &generator)
    var held = states.floats
    let flat = actions.cast(to: .float32)
    var rewards = [Float](repeating: 0, count: count)
    var over = [Bool](repeating: false, count: count)
    flat.withElements { flat in
      noise.withElements { noise in
        held.withUnsafeMutableBufferPointer { held in
          rewards.withUnsafeMutableBufferPointer { rewards in
            over.withUnsafeMutableBufferPointer { over in
              totals.withUnsafeMutableBufferPointer { totals in
                let rows = CompiledRows(
                  count: count, state: held.baseAddress!,
                  action: flat.assumingMemoryBound(to: Float.self),
                  noise: noise.assumingMemoryBound(to: Float.self),
                  reward: rewards.baseAddress!, ended: over.baseAddress!)
                ends = simulate(compiled, steps, rows, totals.baseAddress!)
              }
            }
          }
        }
      }
    }
    states = Tensor(held, shape: [count, environment.stateDimension])
    return ends
  }

  /// Steps over plain numbers, `rows` being the first; adds rewards up and counts ends.
  private mutating func simulate(
    _ compiled: any Compiled, _ steps: Int, _ first: CompiledRows,
    _ totals: UnsafeMutablePointer<Double>
  ) -> Int {
    // Asked once: in a cell each of these is a call through a table.
    let (width, limit) = (environment.stateDimension, environment.horizon ?? Int.max)
    let actions = count * environment.actions.dimension
    let (noise, count) = (count * environment.noiseDimension, count)
    var (rows, ends) = (first, 0)
    // First states are drawn many at once: one by one they would cost more than the steps.
    var (firsts, nextFirst) = ([Float](), 0)
    // Episodes have births instead of ages, so that a step that ends none changes nothing.
    var births = ages.map { -$0 }
    var oldest = births.min()!
    for t in 1...steps {
      compiled.advance(rows)
      rows.action += actions
      rows.noise += noise
      var isOver: UInt8 = 0
      rows.ended.withMemoryRebound(to: UInt8.self, capacity: count) { ended in
        for i in 0..<count { isOver |= ended[i] }
      }
      for i in 0..<count { totals[i] += Double(rows.reward[i]) }
      guard isOver != 0 || t - oldest >= limit else { continue }
      for i in 0..<count where rows.ended[i] || t - births[i] >= limit {
        ends += 1
        births[i] = t
        if nextFirst == firsts.count {
          firsts = environment.reset(256, from: &generator).floats
          nextFirst = 0
        }
        for k in 0..<width { rows.state[i * width + k] = firsts[nextFirst + k] }
        nextFirst += width
      }
      oldest = births.min()!
    }
    ages = births.map { steps - $0 }
    return ends
  }
}
