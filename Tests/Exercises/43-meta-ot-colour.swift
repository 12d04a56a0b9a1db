// between: the other way round
{ x, moved, t in t * x + (1 - t) * moved }
// between: not at a steady pace
{ x, moved, t in x + t * t * (moved - x) }
// between: all at once
{ x, moved, t in t > 0.5 ? moved : x }
// restore: the scale applied before the map
{ map, m, n, s, t, x in n + t * map(x - m) / s }
// restore: without the source's scale
{ map, m, n, s, t, x in n + t * map(x - m) }
// restore: without the map
{ map, m, n, s, t, x in n + t * (x - m) / s }
// conjugate: that of the parabola
{ alpha, y in y * y / (2 * alpha) }
// conjugate: one Newton step from zero
{ alpha, y in
  let x = (y - 0.5) / (alpha + 0.5)
  return x * y - alpha / 2 * x * x - 0.5 * (x + (x * x + 1).squareRoot())
}
