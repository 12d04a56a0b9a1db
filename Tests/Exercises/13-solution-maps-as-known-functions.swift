// omegaExercise: the derivative
{ y in 0.5 * log((1 + y) / (1 - y)) }
// omegaExercise: that of the sigmoid
{ y in y * log(y) + (1 - y) * log(1 - y) }
// omegaExercise: a parabola
{ y in 0.5 * y * y }
// barrierExercise: the other root
{ x, tau in (x - (x * x + 4 * tau).squareRoot()) / 2 }
// barrierExercise: another smooth ReLU
{ x, tau in tau * log(1 + exp(x / tau)) }
// barrierExercise: without the factor 4
{ x, tau in (x + (x * x + tau).squareRoot()) / 2 }
// ballExercise: without what does not move
{ z, r in r / z.norm() * Tensor.eye(z.size, dtype: .float64) }
// ballExercise: the projection itself
{ z, r in r * z / z.norm() }
// crossExercise: onto the ball of another norm
{ z, r in Domain.ball(radius: r).project(z) }
// crossExercise: points inside are moved to the boundary
{ z, r in sign(z) * r * simplexProjection(abs(z) / r) }
// crossExercise: all points shrink by a factor
{ z, r in z * minimum(r / abs(z).sum(axis: -1, keepDims: true), 1.0) }
