// width: the variance
{ c, α in α / c }
// width: the inverse
{ c, α in (c / α).squareRoot() }
// width: without curvature
{ c, α in α.squareRoot() }
// gain: the other sign
{ H, G in (try? solve(H, G)).map { -$0 } }
// gain: not divided
{ H, G in G }
// gain: multiplied
{ H, G in matmul(H, G) }
// weighted: without precision
{ µ, p, c in zip(µ, p).reduce(0) { $0 + 0.5 * ($1.0 - $1.1) * ($1.0 - $1.1) } }
// weighted: by the covariance
{ µ, p, c in zip(zip(µ, p), c).reduce(0) { $0 + 0.5 * ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1) * $1.1 } }
// weighted: without the half
{ µ, p, c in zip(zip(µ, p), c).reduce(0) { $0 + ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1) / $1.1 } }
