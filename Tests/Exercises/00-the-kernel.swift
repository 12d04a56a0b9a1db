// factor: the largest factorial's
20
// factor: far too many
64
// cube: Newton's step for a square root
{ y, x in y - (y * y - x) / (2 * y) }
// cube: the mean of both sides
{ y, x in (y + x / (y * y)) / 2 }
// cube: the other direction
{ y, x in y + (y * y * y - x) / (3 * y * y) }
// law: a line without logarithms
{ xs, ys, x in ys[0] + (ys[1] - ys[0]) * (x - xs[0]) / (xs[1] - xs[0]) }
// law: a square root, whatever was solved
{ xs, ys, x in ys[0] * pow(x / xs[0], 0.5) }
// law: the first solution
{ xs, ys, x in ys[0] }
