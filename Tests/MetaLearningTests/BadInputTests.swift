import Amortization
import Foundation
import MetaLearning
import Networks
import Tensors
import Testing

/// What stops, and whether the message names the value and the mend.
@Suite struct BadInputTests {
  @Test func tasksWithoutSupport() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TaskFamily.sinusoids(support: 0, query: 10)
    }
    let words = lastWords(result)
    #expect(words.contains("0 support and 10 query examples"), "\(words)")
    #expect(words.contains("at least one of each"), "\(words)")
  }

  @Test func optimizersThatHaveSteppedAnotherModel() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      var optimizer = LearnedOptimizer(RecurrentUpdate(hidden: 4, from: &generator))
      var (small, large) = (Tensor.zeros([2]), Tensor.zeros([3]))
      optimizer.update(&small, along: Tensor.ones([2]))
      optimizer.update(&large, along: Tensor.ones([3]))
    }
    #expect(lastWords(result).contains("make a new one for each model"))
  }

  @Test func policiesWithoutAStep() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      _ = MomentumPolicy(stepSize: 0, from: &generator)
    }
    #expect(lastWords(result).contains("a step size of 0.0"))
  }
}
