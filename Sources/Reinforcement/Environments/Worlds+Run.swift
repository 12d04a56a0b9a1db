import Tensors

extension Environment {
  /// Whether steps of many rows run in a loop over plain numbers.
  package var isCompiled: Bool { self is any Compiled }
}

extension Worlds {
  /// Steps of given or random actions; episodes that end are begun anew at once.
  ///
  /// - Parameter actions: `[steps, count, d]` of a box or `[steps, count]` of choices; uniformly
  ///   distributed ones if `nil`.
  /// - Returns: rewards of each episode, added up over all steps, and how many episodes ended.
  /// - Complexity: for the environments of this module about 20 ns for each step of each episode.
  public mutating func run(steps: Int, actions: Tensor? = nil) -> (rewards: [Double], ends: Int) {
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
    let (width, action) = (environment.stateDimension, environment.actions.dimension)
    let (drawn, horizon) = (environment.noiseDimension, environment.horizon ?? Int.max)
    var held = states.floats
    // First states are drawn many at once: one by one they would cost more than the steps.
    var (firsts, nextFirst) = ([Float](), 0)
    let flat = actions.cast(to: .float32)
    guard flat.sum().item().isFinite else {
      fatalError("\(environment.name): an action that is not finite")
    }
    var rewards = [Float](repeating: 0, count: count)
    var over = [Bool](repeating: false, count: count)
    flat.withElements { flat in
      noise.withElements { noise in
        let (flat, noise) = (
          flat.assumingMemoryBound(to: Float.self), noise.assumingMemoryBound(to: Float.self)
        )
        for t in 0..<steps {
          held.withUnsafeMutableBufferPointer { held in
            rewards.withUnsafeMutableBufferPointer { rewards in
              over.withUnsafeMutableBufferPointer { over in
                compiled.advance(
                  CompiledRows(
                    count: count, state: held.baseAddress!, action: flat + t * count * action,
                    noise: noise + t * count * drawn, reward: rewards.baseAddress!,
                    ended: over.baseAddress!))
              }
            }
          }
          for i in 0..<count {
            totals[i] += Double(rewards[i])
            ages[i] += 1
            guard over[i] || ages[i] >= horizon else { continue }
            ends += 1
            ages[i] = 0
            if nextFirst == firsts.count {
              firsts = environment.reset(256, from: &generator).floats
              nextFirst = 0
            }
            for k in 0..<width { held[i * width + k] = firsts[nextFirst + k] }
            nextFirst += width
          }
        }
      }
    }
    states = Tensor(held, shape: [count, width])
    return ends
  }
}
