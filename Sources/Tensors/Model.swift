@_spi(Reflection) import Swift
import Synchronization

/// A value whose parameters can be walked in order, by name: a tensor, an array or dictionary of
/// models, and every struct that says it is one.
///
/// ```swift
/// struct Line: Model {
///   var slope = Tensor(0.0)
///   var offset = Tensor(0.0)
///   func callAsFunction(_ x: Tensor) -> Tensor { slope * x + offset }
/// }
/// let gradient = gradient(at: Line()) { line in mean(square(line(x) - y)) }   // a Line
/// ```
///
/// Parameters are the stored properties that are floating-point tensors or models, in the order
/// in which they are declared. Integer tensors and tensors marked ``NonTrainable`` or ``Tracked``
/// belong to the model's state: they are saved, loaded and copied with it, but not trained.
/// Anything else (numbers, strings, closures) is carried along unchanged.
public protocol Model: SendableMetatype {
  /// Presents every parameter to the visitor. Structs get this for nothing.
  mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String)
}

/// A model that turns a tensor into a tensor.
public protocol Layer: Model {
  /// What the layer makes of its input; the type says of which shapes.
  func callAsFunction(_ x: Tensor) -> Tensor
}

/// A tensor that belongs to a model but is not trained.
@propertyWrapper
public struct NonTrainable: Sendable {
  /// The tensor.
  public var wrappedValue: Tensor

  /// A tensor that begins so.
  public init(wrappedValue: Tensor) { self.wrappedValue = wrappedValue }
}

/// Sees the parameters of a model one after another.
public final class ParameterVisitor {
  let wantsNames: Bool
  /// Whether tensors that are not trained are seen as well.
  let seesState: Bool
  /// Sees the tracked tensors instead of `body`, if given.
  let onTracked: ((inout Tracked) -> Void)?
  let body: (String, inout Tensor) -> Void

  init(
    wantsNames: Bool, seesState: Bool = false, onTracked: ((inout Tracked) -> Void)? = nil,
    _ body: @escaping (String, inout Tensor) -> Void
  ) {
    self.wantsNames = wantsNames
    self.seesState = seesState
    self.onTracked = onTracked
    self.body = body
  }

  func name(_ path: String, _ component: @autoclosure () -> String) -> String {
    if !wantsNames { return "" }
    return path.isEmpty ? component() : path + "." + component()
  }
}

extension Tensor: Model {
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {
    visitor.body(path, &self)
  }
}

extension Array: Model where Element: Model {
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {
    for i in indices { self[i]._visitParameters(visitor, at: visitor.name(path, "\(i)")) }
  }
}

extension Optional: Model where Wrapped: Model {
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {
    if var value = self {
      self = nil
      value._visitParameters(visitor, at: path)
      self = value
    }
  }
}

extension Dictionary: Model where Key == String, Value: Model {
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {
    for key in keys.sorted() {
      self[key]?._visitParameters(visitor, at: visitor.name(path, key))
    }
  }
}

extension Model {
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {
    let plan = FieldPlan.plan(for: Self.self)
    withUnsafeMutablePointer(to: &self) { pointer in
      let raw = UnsafeMutableRawPointer(pointer)
      for field in plan {
        field.visit(raw + field.offset, visitor, visitor.name(path, field.name))
      }
    }
  }

  static func _visit(
    _ raw: UnsafeMutableRawPointer, _ visitor: ParameterVisitor, _ path: String
  ) {
    raw.assumingMemoryBound(to: Self.self).pointee._visitParameters(visitor, at: path)
  }
}

/// Where the parameters of a struct are.
///
/// Found once for each type through the runtime's metadata.
struct FieldPlan: Sendable {
  let name: String
  let offset: Int
  let visit: @Sendable (UnsafeMutableRawPointer, ParameterVisitor, String) -> Void

  private static let plans = Mutex<[ObjectIdentifier: [FieldPlan]]>([:])

  static func plan(for type: Any.Type) -> [FieldPlan] {
    let id = ObjectIdentifier(type)
    if let known = plans.withLock({ $0[id] }) { return known }
    let made = make(for: type)
    plans.withLock { $0[id] = made }
    return made
  }

  private static func make(for type: Any.Type) -> [FieldPlan] {
    guard !(type is AnyClass) else { stop("a model is a struct; \(type) is a class") }
    var plan: [FieldPlan] = []
    _ = _forEachField(of: type) { name, offset, fieldType, _ in
      var label = String(cString: name)
      // The storage of a wrapped property is called `_name`.
      if fieldType == NonTrainable.self || fieldType == Tracked.self { label.removeFirst() }
      if let visit = visitor(for: fieldType) {
        plan.append(FieldPlan(name: label, offset: offset, visit: visit))
      }
      return true
    }
    return plan
  }

  private static func visitor(for type: Any.Type)
    -> (@Sendable (UnsafeMutableRawPointer, ParameterVisitor, String) -> Void)?
  {
    if type == Tensor.self {
      return { raw, visitor, path in
        let tensor = raw.assumingMemoryBound(to: Tensor.self)
        if tensor.pointee.dtype.isFloating || visitor.seesState {
          visitor.body(path, &tensor.pointee)
        }
      }
    }
    if type == NonTrainable.self {
      return { raw, visitor, path in
        if visitor.seesState {
          visitor.body(path, &raw.assumingMemoryBound(to: NonTrainable.self).pointee.wrappedValue)
        }
      }
    }
    if type == (any Layer).self {
      return { raw, visitor, path in
        visitAny(&raw.assumingMemoryBound(to: (any Layer).self).pointee, visitor, path)
      }
    }
    if type == [any Layer].self {
      return { raw, visitor, path in
        let layers = raw.assumingMemoryBound(to: [any Layer].self)
        for i in layers.pointee.indices {
          visitAny(&layers.pointee[i], visitor, visitor.name(path, "\(i)"))
        }
      }
    }
    if type == (any Model).self {
      return { raw, visitor, path in
        visitAnyModel(&raw.assumingMemoryBound(to: (any Model).self).pointee, visitor, path)
      }
    }
    if let model = type as? any Model.Type {
      return { raw, visitor, path in model._visit(raw, visitor, path) }
    }
    return nil
  }

  private static func visitAny(
    _ layer: inout any Layer, _ visitor: ParameterVisitor, _ path: String
  ) {
    func open<L: Layer>(_ value: L) -> any Layer {
      var copy = value
      copy._visitParameters(visitor, at: path)
      return copy
    }
    layer = open(layer)
  }

  private static func visitAnyModel(
    _ model: inout any Model, _ visitor: ParameterVisitor, _ path: String
  ) {
    func open<M: Model>(_ value: M) -> any Model {
      var copy = value
      copy._visitParameters(visitor, at: path)
      return copy
    }
    model = open(model)
  }
}

extension Model {
  /// All parameters in order.
  public var parameters: [Tensor] {
    if let tensor = self as? Tensor { return [tensor] }
    var found: [Tensor] = []
    var copy = self
    copy._visitParameters(
      ParameterVisitor(wantsNames: false) { _, tensor in found.append(tensor) }, at: "")
    return found
  }

  /// All parameters in order, with their names: `hidden.weight`, `blocks.0.bias` and so on.
  public var namedParameters: [(name: String, value: Tensor)] {
    var found: [(name: String, value: Tensor)] = []
    var copy = self
    copy._visitParameters(
      ParameterVisitor(wantsNames: true) { name, tensor in found.append((name, tensor)) }, at: "")
    return found
  }

  /// Number of trainable numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.size } }

  /// Changes every parameter in place, in order.
  public mutating func updateParameters(_ body: (inout Tensor) -> Void) {
    withoutActuallyEscaping(body) { body in
      _visitParameters(ParameterVisitor(wantsNames: false) { _, tensor in body(&tensor) }, at: "")
    }
  }

  /// Changes every parameter in place, by name.
  public mutating func updateParameters(_ body: (String, inout Tensor) -> Void) {
    withoutActuallyEscaping(body) { body in
      _visitParameters(ParameterVisitor(wantsNames: true, body), at: "")
    }
  }

  /// The model with other parameters, given in order.
  ///
  /// Stops the cell when their number or a shape differs.
  public func replacingParameters(_ values: [Tensor]) -> Self {
    if Self.self == Tensor.self, values.count == 1, let same = values[0] as? Self { return same }
    var copy = self
    var next = 0
    copy.updateParameters { (tensor: inout Tensor) in
      guard next < values.count else {
        stop("replacingParameters: the model has more than \(values.count) parameters")
      }
      guard values[next].shape == tensor.shape else {
        stop("replacingParameters: shape \(values[next].shape) for one of \(tensor.shape)")
      }
      tensor = values[next]
      next += 1
    }
    guard next == values.count else {
      stop("replacingParameters: the model has \(next) parameters, not \(values.count)")
    }
    return copy
  }

  /// Every parameter put through a function: `model.mapParameters { $0 * 0.5 }`.
  public func mapParameters(_ transform: (Tensor) -> Tensor) -> Self {
    var copy = self
    copy.updateParameters { (tensor: inout Tensor) in tensor = transform(tensor) }
    return copy
  }

  /// Pairs of parameters of two models of one structure put through a function.
  public func mapParameters(with other: Self, _ transform: (Tensor, Tensor) -> Tensor) -> Self {
    let others = other.parameters
    var next = 0
    return mapParameters { tensor in
      guard next < others.count else { stop("mapParameters: the models differ in structure") }
      next += 1
      return transform(tensor, others[next - 1])
    }
  }
}
