// divergence: the mean instead of the sum
{ mu, v in 0.5 * (square(mu) + exp(v) - 1 - v).mean(axis: -1) }
// divergence: the other way round
{ mu, v in 0.5 * ((1 + square(mu)) * exp(-v) - 1 + v).sum(axis: -1) }
// divergence: the logarithm of the deviation taken for that of the variance
{ mu, v in 0.5 * (square(mu) + exp(2 * v) - 1 - 2 * v).sum(axis: -1) }
// divergence: without the half
{ mu, v in (square(mu) + exp(v) - 1 - v).sum(axis: -1) }
// divergence: element by element
{ mu, v in 0.5 * (square(mu) + exp(v) - 1 - v) }
// tighter: overflows and underflows
{ w in log(exp(w).mean(axis: 1)) }
// tighter: the mean of the logarithms, which is the ELBO
{ w in w.mean(axis: 1) }
// tighter: the sum
{ w in logSumExp(w) }
// tighter: the largest term
{ w in w.max(axis: 1) }
// polish: the encoder's answer
{ start in start }
// polish: the prior
{ start in 0 * start }
// polish: one short step
{ start in start - 1e-4 * problem.gradient(start, x) }
// polish: steps that are far too long
{ start in
  OptimizerDescent(Adam(learningRate: 20), maximumIterations: 30).solve(problem, x, from: start).solution
}
