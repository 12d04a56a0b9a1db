/// Gives one number to all elements of a selection.
infix operator .= : AssignmentPrecedence

extension Tensor {
  /// One number for all elements, as in `x[0] .= 7` or `x[x .> 1] .= 0`.
  ///
  /// Shape and type stay.
  ///
  /// Why not `x[0] = 7`: a subscript of a second type doubles what the compiler tries for each pair
  /// of brackets, and lines with three of them would take seconds.
  public static func .= (selection: inout Tensor, number: some TensorScalar) {
    let value = Tensor(.scalar(number._double, selection.dtype))
    selection = value.broadcast(to: selection.shape)
  }

  /// The elements of another tensor, broadcast: `x[0] .= y`; the type stays.
  public static func .= (selection: inout Tensor, values: Tensor) {
    selection = values.cast(to: selection.dtype).broadcast(to: selection.shape)
  }
}
