// term: to be maximized
{ α, logq, s in s - α * logq }
// term: the temperature at the score
{ α, logq, s in logq - α * s }
// term: no temperature
{ α, logq, s in logq - s }
// estimate: no critic
{ rewards, γ, value in rewards.reversed().reduce(0) { $1 + γ * $0 } }
// estimate: the critic one step too early
{ rewards, γ, value in rewards.isEmpty ? value : rewards.dropLast().reversed().reduce(rewards.last! + value) { $1 + γ * $0 } }
// estimate: no discount
{ rewards, γ, value in rewards.reduce(value, +) }
// through: in the deviation, not in its logarithm
{ g, σ, ε in (g, g * ε) }
// through: the noise forgotten
{ g, σ, ε in (g, g * σ) }
