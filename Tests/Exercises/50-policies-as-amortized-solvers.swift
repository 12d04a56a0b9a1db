// normalized: the other way round
{ search, none, policy in zip(policy, none).map { $0 - $1 }.reduce(0, +) / zip(search, none).map { $0 - $1 }.reduce(0, +) }
// normalized: not divided
{ search, none, policy in zip(search, policy).map { $0 - $1 }.reduce(0, +) / Double(search.count) }
// border: the better label for both
{ p in p > 0.5 ? (2, 2) : (-2, -2) }
// border: the mean for both
{ p in (4 * p - 2, 4 * p - 2) }
// backup: the mean over actions
{ rewards, next, values, γ in (rewards + γ * values.take(next)).mean(axis: 1) }
// backup: nothing behind
{ rewards, next, values, γ in rewards.max(axis: 1) }
