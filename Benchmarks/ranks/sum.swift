// Seconds of a sum over ranks, in a fixed order and in MPI's.
let clock = ContinuousClock()
for size in [1_000, 10_000, 100_000, 1_000_000] {
  let mine = Tensor.ones([size], dtype: .float64)
  for inOrder in [true, false] {
    var times: [Double] = []
    for _ in 0..<9 {
      Ranks.current.wait()
      let took = clock.measure { _ = Ranks.current.sum(mine, inOrder: inOrder) }
      times.append(Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18)
    }
    print(inOrder ? "ordered" : "mpi", size, times.sorted()[4])
  }
}
