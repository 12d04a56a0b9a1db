import Synchronization

/// Whether each operation on floats looks for NaN in its result.
enum NaNWatch {
  /// Read before each operation, and therefore without a lock.
  nonisolated(unsafe) private(set) static var isOn = false
  /// How many watch, on all threads together.
  private static let watchers = Mutex(0)

  static func begin() {
    watchers.withLock {
      $0 += 1
      isOn = true
    }
  }

  static func end() {
    watchers.withLock {
      $0 = max(0, $0 - 1)
      isOn = $0 > 0
    }
  }

  /// Ends the cell if `output` has NaN and no operand has.
  @inline(never)
  static func check(_ primitive: Primitive, _ output: Body, _ operands: [Tensor]) {
    output.recorder?.refuse(Recorder.isWatched)
    guard let position = firstNaN(output),
      !operands.contains(where: { firstNaN($0.body) != nil })
    else { return }
    let place = output.shape.isEmpty ? "" : " at \(coordinates(position, output.shape))"
    var sources: [String] = []
    for operand in operands {
      let same = operand.shape == output.shape || operand.size == 1
      let value = operand.size == 1 ? 0 : position
      sources.append(
        same
          ? "\(operand.body.contiguous().double(at: value))"
          : "a tensor of shape \(operand.shape)")
    }
    // The cell ends here without leaving what watches.
    watchers.withLock {
      $0 = 0
      isOn = false
    }
    stop(
      "\(primitive) made the first NaN\(place), out of \(sources.joined(separator: " and "))")
  }

  /// The first position of a NaN in row-major order.
  ///
  /// No operation on tensors is used, which would be watched itself.
  private static func firstNaN(_ body: Body) -> Int? {
    guard body.dtype.isFloating, body.count > 0 else { return nil }
    let rows = body.contiguous()
    switch rows.dtype {
    case .float32: return (0..<rows.count).first { rows.bound(Float.self)[$0].isNaN }
    case .float64: return (0..<rows.count).first { rows.bound(Double.self)[$0].isNaN }
    default:
      let wide = rows.cast(to: .float32)
      return (0..<wide.count).first { wide.bound(Float.self)[$0].isNaN }
    }
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
  NaNWatch.begin()
  defer { NaNWatch.end() }
  return try body()
}
