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
    let padded = mine + [UInt8](repeating: 0, count: 64 - mine.count)
    guard isFirst else {
      send(padded, to: 0)
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

  /// Returns when all ranks have come here.
  public func wait() {
    guard count > 1 else { return }
    var word: [UInt8] = [1]
    if isFirst {
      for other in 1..<count { receive(&word, from: other) }
      for other in 1..<count { send(word, to: other) }
    } else {
      send(word, to: 0)
      receive(&word, from: 0)
    }
  }

  /// Leaves the run in good order, if it was joined.
  ///
  /// `ansatz run` does it after the last cell, a program by itself at its end. Without it, `mpirun`
  /// takes a process that ends for one that died.
  public static func leave() { ranks_leave() }

  private func send(_ bytes: [UInt8], to other: Int) {
    bytes.withUnsafeBytes { send($0, to: other) }
  }

  private func receive(_ bytes: inout [UInt8], from other: Int) {
    bytes.withUnsafeMutableBytes { receive($0, from: other) }
  }

  func send(_ bytes: UnsafeRawBufferPointer, to other: Int) {
    if let failure = ranks_send(bytes.baseAddress, bytes.count, Int32(other)) {
      Ranks.stop("rank \(rank) could not reach rank \(other): \(String(cString: failure))")
    }
  }

  func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int) {
    let seconds = variable("ANSATZ_RANK_TIMEOUT").flatMap(Double.init) ?? 300
    guard let failure = ranks_receive(bytes.baseAddress, bytes.count, Int32(other), seconds) else {
      return
    }
    let reason = String(cString: failure)
    Ranks.stop(
      reason == "late"
        ? "rank \(other) has not answered rank \(rank) for \(Int(seconds)) s; the last checkpoint "
          + "resumes on any number of ranks"
        : "rank \(rank) could not hear rank \(other): \(reason)")
  }

  static func stop(_ sentence: String) -> Never {
    let line = Array("ansatz: \(sentence)\n".utf8)
    _ = write(2, line, line.count)
    ranks_abort(1)
    fatalError(sentence)
  }
}

private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
