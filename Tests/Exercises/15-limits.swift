// boundExercise: without the half
{ g, m in g * g / m }
// boundExercise: too small
{ g, m in g * g / (4 * m) }
// guarding: the known optimum
{ y, x, bold, problem in x }
// guarding: always the gradient step
{ y, x, bold, problem in y - 0.9 * problem.gradient(y, x) }
// guarding: always the candidate
{ y, x, bold, problem in bold }
// guarding: one decision for all rows
{ y, x, bold, problem in
  let safe = y - 0.9 * problem.gradient(y, x)
  return problem(bold, x).mean().item() < problem(safe, x).mean().item() ? bold : safe
}
// savedExercise: the ratio of errors
{ usual, predicted, rho in usual / predicted }
// savedExercise: the sign
{ usual, predicted, rho in log(usual / predicted) / log(rho) }
// searchExercise: nothing is done
{ y, x in y }
// searchExercise: the best of all choices
{ y, x in choices[selection(1)(choices, x.broadcast(to: choices.shape)).argmin().item(as: Int.self)] }
// searchExercise: the first exchange that helps
{ y, x in
  let shared = matmul(choices, y.reshaped(-1, 1)).flattened()
  let own = selection(1)(y.reshaped(1, n), x.reshaped(1, n)).item()
  let values = selection(1)(choices, x.broadcast(to: choices.shape))
  for i in 0..<choices.dim(0) where shared[i].item() >= Double(k - 1) && values[i].item() < own {
    return choices[i]
  }
  return y
}
