// stepExercise: a fixed step size
{ y, c, eta, k in (1 - 0.05 * c) ** Double(k) * y }
// stepExercise: one step
{ y, c, eta, k in y - eta * c * y }
// stepExercise: the limit
{ y, c, eta, k in exp(-eta * Double(k) * c) * y }
// mixExercise: the roles exchanged
{ r, s in (dot(s, s - r) / dot(r - s, r - s)).item() * -1 + 1 - 2 * 0 }
// mixExercise: half of each
{ r, s in 0.5 }
// mixExercise: weights by size
{ r, s in (s.norm() / (r.norm() + s.norm())).item() }
// ruleExercise: no shrinking
{ y, b, mu in b }
// ruleExercise: what is small is set to zero, the rest kept
{ y, b, mu in which(abs(b) .> mu, b, 0) }
// ruleExercise: the start is shrunk
{ y, b, mu in relu(y - mu) - relu(-y - mu) }
