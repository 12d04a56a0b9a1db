// normalized: the other way round
{ (search: [Double], none: [Double], policy: [Double]) -> Double? in let a: Double = policy.reduce(0, +) - none.reduce(0, +); let b: Double = search.reduce(0, +) - none.reduce(0, +); return a / b }
// normalized: not divided
{ (search: [Double], none: [Double], policy: [Double]) -> Double? in let a: Double = search.reduce(0, +) - policy.reduce(0, +); return a / Double(search.count) }
// border: the better label for both
{ p in p > 0.5 ? (2, 2) : (-2, -2) }
// border: the mean for both
{ p in (4 * p - 2, 4 * p - 2) }
// backup: the mean over actions
{ rewards, next, values, γ in (rewards + γ * values.take(next)).mean(axis: 1) }
// backup: nothing behind
{ rewards, next, values, γ in rewards.max(axis: 1) }
