// shifted: nothing at the end
{ plans in concatenate([plans[0..., 1...], plans[0..., 0..<1].zerosLike()], axis: 1) }
// shifted: the first action comes back
{ plans in concatenate([plans[0..., 1...], plans[0..., 0..<1]], axis: 1) }
// shifted: the wrong way
{ plans in concatenate([plans[0..., 0..<1], plans[0..., 0..<(plans.dim(1) - 1)]], axis: 1) }
// gibbs: dear samples first
{ costs, heat in softmax(costs / heat) }
// gibbs: the temperature multiplies
{ costs, heat in softmax(-heat * costs) }
// gibbs: no sum
{ costs, heat in exp(costs / -heat) }
// elites: the dearest
{ points, costs, k in
  let best = points.take(costs.topK(k, axis: 0).positions)
  let mean = best.mean(axis: 0)
  return (mean, sqrt(square(best - mean).mean(axis: 0)))
}
// elites: the spread of all
{ points, costs, k in
  let best = points.take((-costs).topK(k, axis: 0).positions)
  let mean = best.mean(axis: 0)
  return (mean, sqrt(square(points - mean).mean(axis: 0)))
}
