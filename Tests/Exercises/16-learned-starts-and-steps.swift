// startExercise: the mean
{ c, t, eta in t.mean().item() }
// startExercise: the best without a step
{ c, t, eta in ((c * t).sum() / c.sum()).item() }
// startExercise: the factor once
{ c, t, eta in ((c * (1 - eta * c) * t).sum() / (c * (1 - eta * c)).sum()).item() }
// mixExercise: the roles exchanged
{ r, s in (dot(r, r - s) / dot(r - s, r - s)).item() }
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
