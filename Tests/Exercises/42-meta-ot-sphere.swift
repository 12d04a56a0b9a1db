// separation: degrees
{ a, b, c, d in ((a - c) * (a - c) + (b - d) * (b - d)).squareRoot() }
// separation: as on a plane
{ a, b, c, d in ((a - c) * (a - c) + (b - d) * (b - d)).squareRoot() * .pi / 180 }
// transform: the price of the dearest route
{ f, cost in (cost - f.reshaped([f.size, 1])).max(axis: 0) }
// transform: prices that are low enough
{ f, cost in (cost - f.reshaped([f.size, 1])).min(axis: 0) - 0.1 }
// bound: a bit more than half
{ f in 0.51 * exact.cost }
// bound: the exact cost
{ f in exact.cost }
// bound: without the warehouses' part
{ f in dot((geometry.costMatrix - f.reshaped([100, 1])).min(axis: 0), heldOut[0, 100...]).item() }
