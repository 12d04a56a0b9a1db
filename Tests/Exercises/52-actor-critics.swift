// target: the limit taken for an end
{ r, γ, v, outcome in outcome.isEnd ? r : r + γ * v }
// target: never an end
{ r, γ, v, outcome in r + γ * v }
// target: no discount
{ r, γ, v, outcome in if case .terminated = outcome { return r } else { return r + v } }
// twins: the larger
0.5641895835
// twins: no error at all
0
// twins: of the difference
-0.7978845608
// slow: one over τ
{ τ in 1 / τ }
// slow: in powers of τ
{ τ in log(0.5) / log(τ) }
