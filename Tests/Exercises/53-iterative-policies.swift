// gate: the gate the other way round
{ u, a, δ in (u + exp(a) * δ) / (1 + exp(a)) }
// gate: δ as a move
{ u, a, δ in u + δ / (1 + exp(a)) }
// gate: not squashed
{ u, a, δ in a * u + (1 - a) * δ }
// left: one step
{ c, η, k in 1 - η * c }
// left: linear
{ c, η, k in 1 - Double(k) * η * c }
// left: continuous time
{ c, η, k in exp(-η * c * Double(k)) }
// bill: the network is free
{ p, g, m in m }
// bill: the first prediction forgotten
{ p, g, m in m * g / (g + p) }
// bill: only gradients
{ p, g, m in (p + m * g) / g }
