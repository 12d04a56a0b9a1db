import Synchronization

/// Shows controls, and below them what `show` makes of their values, anew whenever one is moved.
///
/// ```swift
/// interact(Slider("ε", 0.01...1), Choice("cost", ["squared", "absolute"])) { epsilon, cost in
///   heatmap(plan(epsilon, cost))
/// }
/// ```
///
/// While `show` is at work the latest values wait, and those in between are dropped. What was shown
/// last stays in a saved notebook, and reads without a kernel. A `show` that traps or never ends
/// leaves the kernel and the other controls alive; values that come later are shown by a new
/// thread of work. For pages that are read without a kernel see ``scrub(over:label:_:)``.
public func interact<each C: Control, Shown>(
  _ controls: repeat each C, show: @escaping @Sendable (repeat (each C).Value) throws -> Shown
) {
  let values = ControlValues(repeat each controls)
  let interaction = Interaction { mimeBundle(of: try values.call(show)) }
  var children: [JSONValue] = []
  var index = 0
  for control in repeat each controls {
    let place = index
    children.append(
      interaction.open(control) { state in values.receive(state, at: place, of: control) })
    index += 1
  }
  interaction.start(children)
}

/// The current values of a pack of controls.
private final class ControlValues<each C: Control>: Sendable {
  private let controls: (repeat each C)
  /// By place; a control that was not moved has none.
  private let current = Mutex<[Int: any Sendable]>([:])

  init(_ controls: repeat each C) { self.controls = (repeat each controls) }

  func receive<Moved: Control>(_ state: JSONValue, at place: Int, of control: Moved) -> Bool {
    guard let value = control.value(in: state) else { return false }
    current.withLock { $0[place] = value }
    return true
  }

  func call<Shown>(_ show: (repeat (each C).Value) throws -> Shown) rethrows -> Shown {
    let moved = current.withLock { $0 }
    var place = -1
    func value<One: Control>(of control: One) -> One.Value {
      place += 1
      return moved[place] as? One.Value ?? control.initial
    }
    return try show(repeat value(of: each controls))
  }
}

/// Controls on the way to the front end, and the output that follows them.
private final class Interaction: Sendable {
  private struct State: Sendable {
    var isRendering = false
    var isOutdated = false
    var since = ContinuousClock.now
    var round = 0
    var comms: [Comm] = []
  }

  private let render: @Sendable () throws -> MimeBundle
  private let state = Mutex(State())
  private let id = "interact-" + String(UInt64.random(in: .min ... .max), radix: 16)
  /// After so long a rendering is taken for lost.
  private static let patience = Duration.seconds(5)

  init(render: @escaping @Sendable () throws -> MimeBundle) { self.render = render }

  /// Opens the models of a control; returns the reference to it.
  func open<One: Control>(
    _ control: One, receive: @escaping @Sendable (JSONValue) -> Bool
  ) -> JSONValue {
    var state = control.model.state
    state["description"] = .string(control.label)
    let presses = Mutex(0)
    let comm = model(control.model.name, package: "controls", state: state)
    comm.onMessage { [self] event in
      let isPress = event.data["content"]?["event"]?.stringValue == "click"
      let moved: JSONValue? =
        isPress
        ? [
          "presses": .integer(
            presses.withLock {
              $0 += 1; return $0
            })
        ] : event.data["state"]
      if let moved, receive(moved) { update() }
    }
    return .string("IPY_MODEL_\(comm.id)")
  }

  private func model(_ name: String, package: String, state: [String: JSONValue]) -> Comm {
    let module = JSONValue.string("@jupyter-widgets/\(package)")
    var state = state
    state["_model_module"] = module
    state["_model_module_version"] = "2.0.0"
    state["_model_name"] = .string("\(name)Model")
    state["_view_module"] = module
    state["_view_module_version"] = "2.0.0"
    state["_view_name"] = .string("\(name)View")
    let comm = Comm(
      target: "jupyter.widget", data: ["state": .object(state), "buffer_paths": []],
      metadata: ["version": "2.1.0"])
    // A channel that nobody holds is closed by nobody; the widget lives as long as the kernel.
    self.state.withLock { $0.comms.append(comm) }
    return comm
  }

  /// Shows the controls, and the output for their first values.
  func start(_ children: [JSONValue]) {
    let box = model("VBox", package: "controls", state: ["children": .array(children)])
    var bundle = MimeBundle(
      text: "Controls: they move in a notebook whose kernel runs, in a front end with widgets.")
    bundle["application/vnd.jupyter.widget-view+json"] = .json([
      "version_major": 2, "version_minor": 0, "model_id": .string(box.id),
    ])
    display(bundle)
    display(rendered(), id: id)
  }

  private func rendered() -> MimeBundle {
    do {
      return try render()
    } catch {
      return MimeBundle(text: "\(error)")
    }
  }

  /// Has the output made anew, now or when the present rendering is done.
  private func update() {
    let round: Int? = state.withLock { state in
      let isLost = state.isRendering && ContinuousClock.now - state.since > Interaction.patience
      if state.isRendering && !isLost {
        state.isOutdated = true
        return nil
      }
      state.isRendering = true
      state.isOutdated = false
      state.since = .now
      state.round += 1
      return state.round
    }
    guard let round else { return }
    Task.detached { [self] in
      repeat {
        let bundle = rendered()
        // One that was given up for lost has no say any more.
        guard state.withLock({ $0.round == round }) else { return }
        updateDisplay(bundle, id: id)
      } while isAgainNeeded(round)
    }
  }

  private func isAgainNeeded(_ round: Int) -> Bool {
    state.withLock { state in
      guard state.round == round else { return false }
      defer { state.isOutdated = false }
      state.isRendering = state.isOutdated
      state.since = .now
      return state.isOutdated
    }
  }
}
