// damping: the fastest for the lower end alone
{ c, cPrime in 1 / (1 + c) }
// damping: the largest that converges
{ c, cPrime in 2 / (1 + c) }
// damping: the upper end is taken for 0
{ c, cPrime in 2 / (2 + c) }
// damping: a half
{ c, cPrime in 0.5 }
// exploit: the value of the game to the row player
{ A, p, q in matmul(A, q.expandedDims(axis: -1)).max().item() }
// exploit: rows and columns exchanged
{ A, p, q in (matmul(A.mT, p.expandedDims(axis: -1)).max() - matmul(A, q.expandedDims(axis: -1)).min()).item() }
// exploit: the best over pure strategies of both
{ A, p, q in (A.max() - A.min()).item() }
// exploit: what the row player's best answer gains
{ A, p, q in (matmul(A, q.expandedDims(axis: -1)).max() - matmul(matmul(p.expandedDims(axis: 0), A), q.expandedDims(axis: -1)).sum()).item() }
// trials: one too few
{ epsilon, delta in Int((log(delta) / log(1 - epsilon)).rounded(.down)) }
// trials: a reciprocal
{ epsilon, delta in Int((1 / epsilon).rounded(.up)) }
// trials: the rule of thumb, log(1/δ)/ε
{ epsilon, delta in Int((log(1 / delta) / epsilon).rounded(.up)) }
// trials: a mean deviation
{ epsilon, delta in Int((log(1 / delta) / (2 * epsilon * epsilon)).rounded(.up)) }
