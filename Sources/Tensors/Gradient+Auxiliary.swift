/// A function's value, what else it returns, and the gradient of the value.
///
/// ```swift
/// let (loss, predictions, slope) = gradientWithAuxiliary(at: model) { m in
///   let p = m(x)
///   return (mean(square(p - y)), p)
/// }
/// ```
///
/// - Returns: the auxiliary result as a constant: no gradient flows to it or from it later.
public func gradientWithAuxiliary<M: Model, Auxiliary>(
  at argument: M, of function: (M) throws -> (Tensor, Auxiliary)
) rethrows -> (value: Tensor, auxiliary: Auxiliary, gradient: M) {
  var kept: Auxiliary?
  let (value, gradient) = try valueAndGradient(at: argument) { argument in
    let (value, auxiliary) = try function(argument)
    kept = auxiliary
    return value
  }
  guard let auxiliary = kept else { stop("gradientWithAuxiliary: the function was not called") }
  return (value, auxiliary, gradient)
}
