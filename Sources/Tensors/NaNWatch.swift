/// Whether each operation on floats looks for NaN in its result.
enum NaNWatch {
  nonisolated(unsafe) static var isOn = false

  /// Ends the cell if `output` has NaN and no operand has.
  @inline(never)
  static func check(_ primitive: Primitive, _ output: Body, _ operands: [Tensor]) {
    // What is done here is not watched itself.
    isOn = false
    defer { isOn = true }
    output.recorder?.refuse(Recorder.isWatched)
    let result = Tensor(output)
    guard output.dtype.isFloating, isNaN(result).any(),
      !operands.contains(where: { $0.dtype.isFloating && isNaN($0.plain).any() })
    else { return }
    let position = isNaN(result).nonzero().integers.first ?? 0
    let place = result.ndim == 0 ? "" : " at \(coordinates(position, output.shape))"
    var sources: [String] = []
    for operand in operands {
      let same = operand.shape == output.shape || operand.size == 1
      let value = operand.size == 1 ? 0 : position
      sources.append(
        same
          ? "\(operand.plain.flattened()[value].item())" : "a tensor of shape \(operand.shape)")
    }
    isOn = false
    stop(
      "\(primitive) made the first NaN\(place), out of \(sources.joined(separator: " and "))")
  }

  private static func coordinates(_ position: Int, _ shape: [Int]) -> [Int] {
    zip(shape, rowMajorStrides(shape)).map { position / $1 % $0 }
  }
}

/// Runs `body` and stops the cell at the first operation that makes NaN of numbers, with its name,
/// the place and the operands there; also in gradients.
///
/// ```swift
/// let slope = stoppingAtNaN { gradient(at: x) { x in sum(sqrt(x)) } }
/// ```
///
/// Every result is looked at, which takes time; other threads are watched meanwhile as well.
public func stoppingAtNaN<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = NaNWatch.isOn
  NaNWatch.isOn = true
  defer { NaNWatch.isOn = before }
  return try body()
}
