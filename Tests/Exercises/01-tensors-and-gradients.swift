// newton: a gradient step
{ x in -gradient(at: x, of: bowl) }
// newton: the wrong way
{ x in try solve(hessian(at: x, of: bowl), gradient(at: x, of: bowl)) }
// newton: only the diagonal of the second derivatives
{ x in -gradient(at: x, of: bowl) / hessian(at: x, of: bowl).diagonal() }
// byHand: the derivative of the map alone
{ z, theta in -z * sin(theta * z) }
// byHand: a sign in the denominator
{ z, theta in -z * sin(theta * z) / (1 - theta * sin(theta * z)) }
// short: without the mean over rows
{ a, labels in softmax(a) - labels.oneHot(a.shape[1]) }
// short: the sign
{ a, labels in (labels.oneHot(a.shape[1]) - softmax(a)) / a.shape[0] }
// quotient: the first operand
{ a, b in a }
// quotient: a product
{ a, b in a * b }
