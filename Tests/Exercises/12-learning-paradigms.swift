// biased: the average of both errors
{ p in 31.0 / 5 * (1 - p) }
// biased: without the fourth moment
{ p in (1 - (2 * p - 1) * (2 * p - 1)) * (1 - (2 * p - 1) * (2 * p - 1)) }
// score: the variance forgotten
{ y, m, sigma in y - m }
// score: the deviation instead of the variance
{ y, m, sigma in (y - m) / sigma }
// score: the sign
{ y, m, sigma in (m - y) / (sigma * sigma) }
// smoothing: off by 0.08
{ y, sigma in y * y + sigma * sigma + 0.08 }
// smoothing: the deviation instead of the variance
{ y, sigma in y * y + sigma }
// mixture: regression alone
.regression
// mixture: the objective alone
.objective
