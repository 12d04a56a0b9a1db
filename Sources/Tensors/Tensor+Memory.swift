internal import _CVectorKernels

extension Tensor {
  /// Elements that nobody has written yet, for modules that fill them with kernels of their own.
  package init(uninitialized shape: [Int], _ dtype: DType) { self.init(Body(shape, dtype)) }

  /// Calls `body` with the elements in row-major order.
  ///
  /// Only a tensor fresh from ``init(uninitialized:_:)`` may be written to: others share memory.
  package func withElements<Result>(
    _ body: (UnsafeMutableRawPointer) throws -> Result
  ) rethrows -> Result {
    let source = self.body.contiguous()
    return try withExtendedLifetime(source) { try body(source.data) }
  }
}

/// For tests: fills fresh memory with a byte, so that what nobody writes shows; −1 ends that.
package func poisonNewMemory(_ byte: Int32) {
  vk_poison(byte)
  // Nothing lies within bodies meanwhile: what is not written must show the pattern.
  Body.room = byte < 0 ? Body.ordinaryRoom : -1
}
