/// A control that a reader moves: a slider, a choice, a check box, a field for text, a button.
///
/// Controls speak the widget protocol of Jupyter (models of `@jupyter-widgets/controls` 2.0.0), which
/// the widget manager of JupyterLab, Notebook and VS Code draws. They are given to
/// ``interact(_:show:)``.
public protocol Control<Value>: Sendable {
  /// What a reader chooses with it.
  associatedtype Value: Sendable
  /// What stands before the control.
  var label: String { get }
  /// Where the control stands when it is first shown.
  var initial: Value { get }
  /// The names of the model and the view, and the state that is the control's own.
  var model: ControlModel { get }
  /// The value in a state that the front end sent; `nil` when it says nothing of it.
  func value(in state: JSONValue) -> Value?
}

/// How a control looks to the widget manager.
public struct ControlModel: Sendable, Hashable {
  /// `FloatSlider` for `FloatSliderModel` and `FloatSliderView`.
  public var name: String
  /// The part of the state that is the control's own.
  public var state: [String: JSONValue]

  /// The model of that name.
  public init(_ name: String, state: [String: JSONValue]) {
    self.name = name
    self.state = state
  }
}

/// A slider over numbers.
///
/// ```swift
/// interact(Slider("ε", 0.01...1, step: 0.01)) { epsilon in plan(epsilon) }
/// ```
public struct Slider: Control {
  public let label: String
  public let initial: Double
  private let range: ClosedRange<Double>
  private let step: Double

  /// - Parameters:
  ///   - step: The distance of positions; a hundredth of the range when not given.
  ///   - value: Where it starts; in the middle when not given.
  public init(
    _ label: String, _ range: ClosedRange<Double>, step: Double? = nil, value: Double? = nil
  ) {
    self.label = label
    self.range = range
    self.step = step ?? max((range.upperBound - range.lowerBound) / 100, .leastNonzeroMagnitude)
    initial = min(
      max(value ?? (range.lowerBound + range.upperBound) / 2, range.lowerBound), range.upperBound)
  }

  public var model: ControlModel {
    ControlModel(
      "FloatSlider",
      state: [
        "min": .number(range.lowerBound), "max": .number(range.upperBound), "step": .number(step),
        "value": .number(initial), "continuous_update": true, "readout": true,
        "readout_format": ".4~g",
      ])
  }

  public func value(in state: JSONValue) -> Double? { state["value"]?.doubleValue }
}

/// A slider over whole numbers.
public struct IntegerSlider: Control {
  public let label: String
  public let initial: Int
  private let range: ClosedRange<Int>

  /// A slider that stands at `value`, or at the lower end.
  public init(_ label: String, _ range: ClosedRange<Int>, value: Int? = nil) {
    self.label = label
    self.range = range
    initial = min(max(value ?? range.lowerBound, range.lowerBound), range.upperBound)
  }

  public var model: ControlModel {
    ControlModel(
      "IntSlider",
      state: [
        "min": .integer(range.lowerBound), "max": .integer(range.upperBound), "step": 1,
        "value": .integer(initial), "continuous_update": true, "readout": true,
      ])
  }

  public func value(in state: JSONValue) -> Int? { state["value"]?.intValue }
}

/// One of several texts.
public struct Choice: Control {
  public let label: String
  public let initial: String
  private let options: [String]

  /// - Precondition: There is an option.
  public init(_ label: String, _ options: [String]) {
    precondition(!options.isEmpty, "Choice(\"\(label)\"): give it at least one option")
    self.label = label
    self.options = options
    initial = options[0]
  }

  public var model: ControlModel {
    ControlModel(
      "Dropdown",
      state: ["_options_labels": .array(options.map(JSONValue.string)), "index": 0])
  }

  public func value(in state: JSONValue) -> String? {
    guard let index = state["index"]?.intValue, options.indices.contains(index) else { return nil }
    return options[index]
  }
}

/// Yes or no.
public struct CheckBox: Control {
  public let label: String
  public let initial: Bool

  /// A box with its label, checked or not.
  public init(_ label: String, isOn: Bool = false) {
    self.label = label
    initial = isOn
  }

  public var model: ControlModel {
    ControlModel("Checkbox", state: ["value": .bool(initial), "indent": true])
  }

  public func value(in state: JSONValue) -> Bool? { state["value"]?.boolValue }
}

/// A line of text.
public struct TextField: Control {
  public let label: String
  public let initial: String

  /// A field with its label and a text to begin with.
  public init(_ label: String, text: String = "") {
    self.label = label
    initial = text
  }

  public var model: ControlModel {
    // Told when the reader is done with the line, not at each letter.
    ControlModel("Text", state: ["value": .string(initial), "continuous_update": false])
  }

  public func value(in state: JSONValue) -> String? { state["value"]?.stringValue }
}

/// A button; its value is how often it was pressed.
public struct PushButton: Control {
  public let label: String
  public var initial: Int { 0 }

  /// A button with its label.
  public init(_ label: String) { self.label = label }

  public var model: ControlModel { ControlModel("Button", state: [:]) }

  public func value(in state: JSONValue) -> Int? { state["presses"]?.intValue }
}
