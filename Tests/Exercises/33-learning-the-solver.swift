// ruleOfHand: no threshold
{ rho, p, d, threshold in rho * (p / d).squareRoot() }
// ruleOfHand: no root
{ rho, p, d, threshold in p / d > threshold || p / d < 1 / threshold ? rho * p / d : rho }
// ruleOfHand: the other way
{ rho, p, d, threshold in
  let factor = (d / p).squareRoot()
  return factor > threshold || factor < 1 / threshold ? rho * factor : rho
}
// half: y without the step
{ v, y, rho, l, u in (minimum(maximum(v + y / rho, l), u), y) }
// half: z without y
{ v, y, rho, l, u in
  let z = minimum(maximum(v, l), u)
  return (z, y + rho * (v - z))
}
// half: the wrong sign
{ v, y, rho, l, u in
  let z = minimum(maximum(v - y / rho, l), u)
  return (z, y - rho * (v - z))
}
// unfailing: the rule of three
{ n, delta in 3 / Double(n) }
// unfailing: a union bound
{ n, delta in delta / Double(n) }
