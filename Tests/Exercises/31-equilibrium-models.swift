// scalar: the direct effect alone
{ w, z in (1 - z * z) * z }
// scalar: the sign of the indirect effect
{ w, z in (1 - z * z) * z / (1 + (1 - z * z) * w) }
// scalar: the slope is forgotten
{ w, z in z / (1 - w) }
// scalar: the derivative by u
{ w, z in (1 - z * z) / (1 - (1 - z * z) * w) }
// adjoint: not transposed
{ J, v in
  var u = v
  for _ in 0..<100 { u = v + matmul(J, u) }
  return u
}
// adjoint: one step
{ J, v in v + matmul(J.T, v) }
// adjoint: without the source
{ J, v in
  var u = v
  for _ in 0..<100 { u = matmul(J.T, u) }
  return u
}
// adjoint: three steps
{ J, v in
  var u = v
  for _ in 0..<3 { u = v + matmul(J.T, u) }
  return u
}
// count: the first step is taken for the distance
{ rho, d, epsilon in Int((log(epsilon / d) / log(rho)).rounded(.up)) }
// count: rounded down
{ rho, d, epsilon in Int((log(epsilon * (1 - rho) / d) / log(rho)).rounded(.down)) }
// count: one more for safety
{ rho, d, epsilon in Int((log(epsilon * (1 - rho) / d) / log(rho)).rounded(.up)) + 1 }
