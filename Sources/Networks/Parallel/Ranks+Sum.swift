import Tensors
internal import _CRanks

extension Ranks {
  /// The sum of a tensor that every rank has one of, on all ranks.
  ///
  /// - Parameters:
  ///   - inOrder: added in the shape of a fixed tree over the ranks, so that the bits are the same each
  ///     time; otherwise in the order that MPI's own reduction takes.
  /// - Shapes: as the tensor, of the same shape on all ranks.
  /// - Complexity: 2 log₂ R messages one after another for R ranks.
  public func sum(_ value: Tensor, inOrder: Bool = true) -> Tensor {
    guard count > 1 else { return value }
    let mine = value.cast(to: .float64)
    let total = inOrder ? sumInOrder(count) { _ in mine } : sumByMPI(mine)
    return total.reshaped(value.shape).cast(to: value.dtype)
  }

  /// The sum of the tensors that belong to the numbers from zero to a count, on all ranks.
  ///
  /// It is taken in the shape of a binary tree over the numbers: (0 + 1) + (2 + 3) and so on. Who adds
  /// does not matter then, and the sum has the same bits for any number of ranks. Each rank has
  /// neighbouring numbers, so that most of the tree lies within one rank, and what is added between ranks
  /// goes up a tree of ranks.
  ///
  /// - Parameter part: the tensor of a number, of double precision, asked for in order and only for this
  ///   rank's numbers; a rank sends a subtree on its way before it asks for the next.
  /// - Complexity: 2 log₂ R messages one after another for R ranks; log₂(total) tensors at a time.
  func sumInOrder(_ total: Int, _ part: (Int) throws -> Tensor) rethrows -> Tensor {
    guard count <= total else {
      Ranks.stop("\(count) ranks share \(total) blocks; start as many ranks as blocks, or fewer")
    }
    let mine = share(of: total)
    var shape: [Int] = []

    /// The sum over a range of numbers, where its first number is at home.
    func sum(_ numbers: Range<Int>) throws -> Tensor? {
      guard numbers.overlaps(mine) else { return nil }
      if numbers.count == 1 {
        let own = try part(numbers.lowerBound)
        shape = own.shape
        return own
      }
      let middle = (numbers.lowerBound + numbers.upperBound) / 2
      let left = try sum(numbers.lowerBound..<middle)
      let right = try sum(middle..<numbers.upperBound)
      let (home, other) = (owner(of: numbers.lowerBound, total), owner(of: middle, total))
      if rank == home {
        return left! + (other == home ? right! : received(shape, from: other))
      }
      if rank == other { send(right!, to: home) }
      return nil
    }

    return spread(try sum(0..<total), shape)
  }

  /// The numbers of this rank.
  private func share(of total: Int) -> Range<Int> {
    rank * total / count..<(rank + 1) * total / count
  }

  private func owner(of number: Int, _ total: Int) -> Int { ((number + 1) * count - 1) / total }

  /// What the first rank has, on all ranks: those who have it tell as many others each time.
  private func spread(_ sum: Tensor?, _ shape: [Int]) -> Tensor {
    var sum = sum
    var knowing = 1
    while knowing < count {
      if rank < knowing {
        if rank + knowing < count { send(sum!, to: rank + knowing) }
      } else if rank < 2 * knowing {
        sum = received(shape, from: rank - knowing)
      }
      knowing *= 2
    }
    return sum!
  }

  private func send(_ value: Tensor, to other: Int) {
    value.withElements { send(UnsafeRawBufferPointer(start: $0, count: 8 * value.size), to: other) }
  }

  private func received(_ shape: [Int], from other: Int) -> Tensor {
    let value = Tensor(uninitialized: shape, .float64)
    value.withElements {
      receive(UnsafeMutableRawBufferPointer(start: $0, count: 8 * value.size), from: other)
    }
    return value
  }

  private func sumByMPI(_ mine: Tensor) -> Tensor {
    let sum = Tensor(uninitialized: mine.shape, .float64)
    let count = mine.size
    let failure = mine.withElements { mine in
      sum.withElements { sum in
        ranks_allreduce(
          mine.assumingMemoryBound(to: Double.self), sum.assumingMemoryBound(to: Double.self),
          count)
      }
    }
    if let failure { Ranks.stop("rank \(rank): \(String(cString: failure))") }
    return sum
  }
}
