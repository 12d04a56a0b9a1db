// slope: without the inner derivative
{ y, r in 1 / (1 + exp(-r * r / 80)) / (1 + exp(r * r / 80)) }
// slope: a factor of two
{ y, r in r / 80 / (1 + exp(-r * r / 80)) / (1 + exp(r * r / 80)) }
// lineExercise: through the origin
{ x, y in stack([Tensor(0.0), (x * y).sum() / (x * x).sum()]) }
// lineExercise: the other order
{ x, y in (try? leastSquares(concatenate([x, x.onesLike()], axis: 1), y).flattened()) }
// budgetExercise: without fine-tuning
{ train, solve, predict, s in train / (solve - predict) }
// budgetExercise: the share that is saved, instead of the one that is left
{ train, solve, predict, s in train / (s * solve - predict) }
// oneStep: without the price of the push
{ p, v in -(0.04 * (p + 0.2 * v) + 0.02 * v) / (0.0016 + 0.004) }
// oneStep: the sign
{ p, v in (0.04 * (p + 0.2 * v) + 0.02 * v) / (0.0016 + 0.004 + 0.1) }
