import Display

extension Tensor: HoldsBytes {
  /// The bytes of the elements, whether they are computed yet or not.
  package var heldBytes: Int { count * dtype.byteCount }
}
