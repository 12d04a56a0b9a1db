/// A tensor that a layer changes while it is trained, such as a running mean: no gradient changes
/// it, and a copy of the model has its own.
///
/// ```swift
/// struct Centred: Layer {
///   @Tracked var mean = Tensor.zeros([8])
///   func callAsFunction(_ x: Tensor) -> Tensor {
///     $mean.note(0.9 * $mean.current + 0.1 * x.mean(axis: 0))
///     return x - mean
///   }
/// }
/// ```
///
/// A layer is called without being changed, so a new value is noted, and whoever trains the model
/// puts it in after the step (``Model/tracking(_:)``). Without anybody who does, notes are dropped.
@propertyWrapper
public struct Tracked: Sendable {
  /// The tensor.
  public var wrappedValue: Tensor
  /// Its place among the tracked tensors of the model that is being trained.
  var slot: Int?

  /// A tensor that begins so.
  public init(wrappedValue: Tensor) { self.wrappedValue = wrappedValue }

  /// The wrapper itself, which notes new values.
  public var projectedValue: Tracked { self }

  /// The value noted last in this step, or else that of the model.
  public var current: Tensor {
    guard let slot, let notes = StateNotes.open else { return wrappedValue }
    return notes.values[slot] ?? wrappedValue
  }

  /// Says what the value is to be after this step.
  public func note(_ value: Tensor) {
    guard let slot, let notes = StateNotes.open else { return }
    guard value.shape == wrappedValue.shape else {
      stop("Tracked: a value of shape \(value.shape) for one of shape \(wrappedValue.shape)")
    }
    notes.values[slot] = stopGradient(value.cast(to: wrappedValue.dtype))
  }
}

extension Tracked: Model {
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {
    if let onTracked = visitor.onTracked {
      onTracked(&self)
    } else if visitor.seesState {
      visitor.body(path, &wrappedValue)
    }
  }
}

/// What layers noted in one call of ``Model/tracking(_:)``.
///
/// One thread calls the layers of a model, so nothing is locked.
private final class StateNotes: @unchecked Sendable {
  @TaskLocal static var open: StateNotes?
  var values: [Int: Tensor] = [:]
}

extension Model {
  /// All tensors in order with their names: parameters, and those that are not trained.
  public var namedState: [(name: String, value: Tensor)] {
    var found: [(name: String, value: Tensor)] = []
    var copy = self
    copy.updateState { name, tensor in found.append((name, tensor)) }
    return found
  }

  /// Changes every tensor in place, by name: parameters, and those that are not trained.
  public mutating func updateState(_ body: (String, inout Tensor) -> Void) {
    withoutActuallyEscaping(body) { body in
      _visitParameters(ParameterVisitor(wantsNames: true, seesState: true, body), at: "")
    }
  }

  /// Calls a function with the model and then takes over what its layers noted.
  ///
  /// ```swift
  /// let (loss, slope) = model.tracking { m in valueAndGradient(at: m) { … } }
  /// ```
  public mutating func tracking<Result>(_ body: (Self) throws -> Result) rethrows -> Result {
    let (result, next) = try tracked(body)
    self = next
    return result
  }

  /// Calls a function with the model; gives its result, and the model with what its layers noted.
  public func tracked<Result>(_ body: (Self) throws -> Result) rethrows -> (Result, Self) {
    var marked = self
    var count = 0
    marked.updateTracked { tracked in
      tracked.slot = count
      count += 1
    }
    if count == 0 { return (try body(self), self) }
    let notes = StateNotes()
    let result = try StateNotes.$open.withValue(notes) { try body(marked) }
    var next = self
    var place = 0
    next.updateTracked { tracked in
      if let value = notes.values[place] { tracked.wrappedValue = value.evaluated() }
      place += 1
    }
    return (result, next)
  }

  private mutating func updateTracked(_ body: @escaping (inout Tracked) -> Void) {
    _visitParameters(ParameterVisitor(wantsNames: false, onTracked: body) { _, _ in }, at: "")
  }
}
