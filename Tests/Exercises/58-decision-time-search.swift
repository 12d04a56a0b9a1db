// coded: the safe moves
{ TinyHanabi.JointPolicy.safe }
// coded: a message that nobody reads
{ TinyHanabi.JointPolicy(first: [2, 0], second: [1, 1, 1, 1, 1, 1]) }
// coded: a code for nine
{ TinyHanabi.JointPolicy(first: [1, 0], second: tiny.bestResponse(of: 1, to: .init(first: [1, 0], second: [1, 1, 1, 1, 1, 1])).second) }
// chance: among all unseen cards
{ unseen, rank, piles in Double(unseen.count { $0.rank == rank && piles[$0.colour] == rank - 1 }) / Double(unseen.count) }
// chance: colours instead of cards
{ unseen, rank, piles in Double(piles.count { $0 == rank - 1 }) / 5 }
// paired: as if the scores were independent
{ a, b in
  let n = Double(a.count)
  let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  let va = a.map { ($0 - ma) * ($0 - ma) }.reduce(0, +) / (n - 1)
  let vb = b.map { ($0 - mb) * ($0 - mb) }.reduce(0, +) / (n - 1)
  return (mb - ma, ((va + vb) / n).squareRoot())
}
// paired: the wrong sign
{ a, b in (zip(a, b).map { $0 - $1 }.reduce(0, +) / Double(a.count), (2.0 / 400).squareRoot()) }
// paired: the deviation, not the mean's error
{ a, b in (zip(a, b).map { $1 - $0 }.reduce(0, +) / Double(a.count), 2.0.squareRoot()) }
