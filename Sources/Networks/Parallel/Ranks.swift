import Tensors
internal import _CRanks

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The processes of an MPI run that train together, and this one's place among them.
///
/// ```sh
/// mpirun -n 4 ansatz run page.ipynb
/// ```
///
/// Outside of `mpirun` there is one rank, and nothing is loaded. A training whose options say
/// `blocks:` then shares its blocks among the ranks; all ranks take the same steps, bit for bit, so
/// that they agree on everything that follows. What `ansatz run` prints comes from rank 0, and files
/// of trainings are written by it.
///
/// A rank that does not answer within `ANSATZ_RANK_TIMEOUT` seconds (300) ends the run with a message
/// that names it.
public struct Ranks: Sendable {
  /// This process: 0 to `count - 1`.
  public let rank: Int
  /// Processes in the run.
  public let count: Int

  /// The run that this process belongs to; the first use joins it.
  ///
  /// Stops the program when `mpirun` has started it and MPI cannot be joined, or when ranks run
  /// different pages or versions.
  public static let current = joined()

  /// Whether this rank speaks and writes for all.
  public var isFirst: Bool { rank == 0 }

  private static func joined() -> Ranks {
    guard let asked = variable("OMPI_COMM_WORLD_SIZE"), asked != "1" else {
      return Ranks(rank: 0, count: 1)
    }
    var (rank, count): (Int32, Int32) = (0, 1)
    if let failure = ranks_open(&rank, &count) {
      stop("mpirun started \(asked) ranks, but \(String(cString: failure))")
    }
    guard String(count) == asked else {
      stop(
        "mpirun started \(asked) ranks, but MPI knows of \(count); start the program by mpirun itself"
      )
    }
    let ranks = Ranks(rank: Int(rank), count: Int(count))
    ranks.compareFingerprints()
    return ranks
  }

  /// Everybody tells the first rank what it runs, and waits for its word.
  private func compareFingerprints() {
    let mine = Array((variable("ANSATZ_FINGERPRINT") ?? "program").utf8.prefix(64))
    var padded = mine + [UInt8](repeating: 0, count: 64 - mine.count)
    guard isFirst else {
      send(&padded, to: 0)
      wait()
      return
    }
    for other in 1..<count {
      var theirs = [UInt8](repeating: 0, count: 64)
      receive(&theirs, from: other)
      if theirs != padded {
        Ranks.stop(
          "rank \(other) runs another page or version than rank 0; start all of them alike")
      }
    }
    wait()
  }

  // MARK: Messages

  /// The sum of vectors that are given by their number, in the order of the numbers, on all ranks.
  ///
  /// The order does not depend on who has which, so that the sum has the same bits for any number of
  /// ranks.
  ///
  /// - Parameters:
  ///   - parts: this rank's vectors: those whose number is its rank, modulo the number of ranks.
  ///   - total: vectors of all ranks together.
  /// - Complexity: the first rank receives `total` vectors and sends as many as there are ranks.
  func sumInOrder(_ parts: [Int: [Double]], of total: Int) -> [Double] {
    guard count > 1 else { return Ranks.sum((0..<total).map { parts[$0]! }) }
    guard let length = parts.values.first?.count else {
      Ranks.stop("\(count) ranks share \(total) blocks; start as many ranks as blocks, or fewer")
    }
    guard isFirst else {
      for block in parts.keys.sorted() {
        var part = parts[block]!
        send(&part, to: 0)
      }
      var sum = [Double](repeating: 0, count: length)
      receive(&sum, from: 0)
      return sum
    }
    var all = parts
    for block in 0..<total where all[block] == nil {
      var part = [Double](repeating: 0, count: length)
      receive(&part, from: block % count)
      all[block] = part
    }
    var sum = Ranks.sum((0..<total).map { all[$0]! })
    for other in 1..<count { send(&sum, to: other) }
    return sum
  }

  private static func sum(_ parts: [[Double]]) -> [Double] {
    var sum = parts[0]
    for part in parts.dropFirst() {
      for i in sum.indices { sum[i] += part[i] }
    }
    return sum
  }

  /// The sum of a tensor that every rank has one of, on all ranks.
  ///
  /// - Parameters:
  ///   - inOrder: added rank by rank, so that the bits are the same each time; otherwise in the order
  ///     that MPI's own reduction takes, which is faster for many ranks.
  /// - Shapes: as the tensor, of the same shape on all ranks.
  public func sum(_ value: Tensor, inOrder: Bool = true) -> Tensor {
    guard count > 1 else { return value }
    let mine = value.doubles
    let total: [Double]
    if inOrder {
      total = sumInOrder([rank: mine], of: count)
    } else {
      var sum = [Double](repeating: 0, count: mine.count)
      if let failure = ranks_allreduce(mine, &sum, mine.count) {
        Ranks.stop("rank \(rank): \(String(cString: failure))")
      }
      total = sum
    }
    return Tensor(total, dtype: .float64).reshaped(value.shape).cast(to: value.dtype)
  }

  /// Returns when all ranks have come here.
  public func wait() {
    guard count > 1 else { return }
    var word: [UInt8] = [1]
    if isFirst {
      for other in 1..<count { receive(&word, from: other) }
      for other in 1..<count { send(&word, to: other) }
    } else {
      send(&word, to: 0)
      receive(&word, from: 0)
    }
  }

  /// Leaves the run in good order, if it was joined.
  ///
  /// `ansatz run` does it after the last cell, a program by itself at its end. Without it, `mpirun`
  /// takes a process that ends for one that died.
  public static func leave() { ranks_leave() }

  private func send<Element>(_ elements: inout [Element], to other: Int) {
    let failure = elements.withUnsafeBytes { ranks_send($0.baseAddress, $0.count, Int32(other)) }
    if let failure {
      Ranks.stop("rank \(rank) could not reach rank \(other): \(String(cString: failure))")
    }
  }

  private func receive<Element>(_ elements: inout [Element], from other: Int) {
    let seconds = variable("ANSATZ_RANK_TIMEOUT").flatMap(Double.init) ?? 300
    let failure = elements.withUnsafeMutableBytes {
      ranks_receive($0.baseAddress, $0.count, Int32(other), seconds)
    }
    guard let failure else { return }
    let reason = String(cString: failure)
    Ranks.stop(
      reason == "late"
        ? "rank \(other) has not answered rank \(rank) for \(Int(seconds)) s; the last checkpoint "
          + "resumes on any number of ranks"
        : "rank \(rank) could not hear rank \(other): \(reason)")
  }

  private static func stop(_ sentence: String) -> Never {
    let line = Array("ansatz: \(sentence)\n".utf8)
    _ = write(2, line, line.count)
    ranks_abort(1)
    fatalError(sentence)
  }
}

private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
