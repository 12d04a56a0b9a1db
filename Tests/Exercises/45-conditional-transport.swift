// wayBack: the points themselves
{ potential, rows in rows[0..., 2...] }
// wayBack: forwards once more
{ potential, rows in training.transported(rows) }
// onTheWay: without the parabola
{ f, x, t in t * f(x) }
// onTheWay: the other way round
{ f, x, t in t * 0.5 * square(x).sum(axis: 1) + (1 - t) * f(x) }
// bound: half the distance
{ f, conjugate, x, y in 0.5 * (square(x).sum(axis: 1).mean() + square(y).sum(axis: 1).mean() - 2 * (f(x).mean() + conjugate(y).mean())).item() }
// bound: zero for clouds of one shape
{ f, conjugate, x, y in square(x.mean(axis: 0) - y.mean(axis: 0)).sum().item() * 0 }
