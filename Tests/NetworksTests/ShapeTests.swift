import Foundation
import Networks
import Testing

private func words(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

/// Losses and optimisers refuse what broadcasting would make something of, in words of the call.
@Suite struct ShapesAreChecked {
  @Test func lossesOfOtherShapes() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = binaryCrossEntropy(Tensor([[1.0], [2.0]]), Tensor([1.0, 0.0]))
    }
    #expect(
      words(result).contains("binaryCrossEntropy: logits of shape [2, 1], targets of shape [2]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = accuracy(Tensor.zeros(3, 4), Tensor([[0], [1], [2]]))
    }
    #expect(
      words(result).contains("labels of shape [3], not [3, 1]; write labels.squeezed(axis: -1)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Tensor.zeros(3, 4), Tensor.zeros(3, 4))
    }
    #expect(words(result).contains("crossEntropy: logits of shape [3, 4] need labels of shape [3]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Tensor.zeros(2, 4), Tensor([0, -1]))
    }
    #expect(words(result).contains("crossEntropy: label -1 with 4 classes, 0 to 3"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = accuracy(Tensor.zeros(2, 4), Tensor([0, 4]))
    }
    #expect(words(result).contains("accuracy: label 4 with 4 classes"))
  }

  @Test func labelsOfEveryIntegerType() {
    let logits = Tensor([[2.0, 0.0], [0.0, 2.0]])
    for type in [DType.uint8, .int32, .int64] {
      #expect(accuracy(logits, Tensor([0, 1], dtype: type)) == 1)
      #expect(
        abs(crossEntropy(logits, Tensor([0, 1], dtype: type)).item() - 0.12692801104297263) < 1e-6)
    }
  }

  @Test func gradientsOfOtherShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var (rule, p) = (SGD(), Tensor.zeros(3, 2))
      rule.update(&p, along: Tensor.ones(2))
    }
    #expect(words(result).contains("parameter 0 has shape [3, 2], its gradient [2]"))
  }

  @Test func learningRatesThatAreNoSizes() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Adam(learningRate: -0.1)
    }
    #expect(words(result).contains("Adam: the learning rate -0.1 is no size of a step"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD(learningRate: .nan)
    }
    #expect(words(result).contains("SGD: the learning rate nan is no size of a step"))
  }

  @Test func optimisersOfAnotherModel() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var (p, q, rule) = (Tensor.zeros(3), Tensor.zeros(2), Adam())
      rule.update(&p, along: p.onesLike())
      rule.update(&q, along: q.onesLike())
    }
    #expect(words(result).contains("this optimiser has stepped another model"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var (p, q, rule) = (Tensor.zeros(3), Tensor.zeros(2), SGD(momentum: 0.9))
      rule.update(&p, along: p.onesLike())
      rule.update(&q, along: q.onesLike())
    }
    #expect(words(result).contains("parameter 0 had shape [3] and has [2]"))
  }

  @Test func dropoutOfEverything() {
    let g = gradient(at: Tensor([1.0, 2.0])) { x in training { Dropout(1)(x).sum() } }
    #expect(g.doubles == [0, 0])
  }
}
