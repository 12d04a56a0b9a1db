import Amortization
import Tensors

/// Pairs of measures, the contexts of transport problems.
extension Contexts {
  /// Pairs of two measures drawn with replacement from the rows of a tensor, as rows `[a | b]`.
  ///
  /// - Parameter heldOut: the share of the measures that no pair to train on has.
  public static func pairs(of measures: Tensor, heldOut share: Double = 0.1) -> Contexts {
    let (training, unseen) = split(measures, heldOut: share)
    return unseen.map { pairs(of: training, heldOut: $0) } ?? pairs(training, training)
  }

  /// Pairs of rows of a tensor, and pairs of rows of another that are held out.
  public static func pairs(of measures: Tensor, heldOut: Tensor) -> Contexts {
    Contexts(training: pairing(measures, measures), heldOut: pairing(heldOut, heldOut))
  }

  /// Pairs with the first measure from one tensor's rows and the second from another's.
  public static func pairs(_ first: Tensor, _ second: Tensor) -> Contexts {
    Contexts(pairing(first, second))
  }

  private static func pairing(_ first: Tensor, _ second: Tensor) -> (Int, inout Generator) -> Tensor
  {
    { count, generator in
      let i = Tensor.randomIntegers([count], in: 0..<first.shape[0], from: &generator)
      let j = Tensor.randomIntegers([count], in: 0..<second.shape[0], from: &generator)
      return concatenate([first.take(i), second.take(j)], axis: 1)
    }
  }

  /// Pairs of samples of two measures, the contexts of ``ParametricProblem/maxSlice(points:dimension:power:dtype:contexts:)``.
  ///
  /// - Shapes: `[count, 2, points, d]`.
  public static func samplePairs(_ first: Contexts, _ second: Contexts, points: Int) -> Contexts {
    Contexts { count, generator in
      let x = first.sample(count * points, from: &generator)
      let y = second.sample(count * points, from: &generator)
      let shape = [count, points, x.dim(1)]
      return stack([x.reshaped(shape), y.reshaped(shape)], axis: 1)
    }
  }
}
