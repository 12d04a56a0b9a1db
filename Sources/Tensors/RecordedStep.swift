/// A step that a training takes over and over, recorded as ``recorded(_:)`` does it.
///
/// The function comes with each call, so that what is called instead of a recording (a step that draws
/// random numbers) has the values of its own call. A copy shares the recordings.
package struct RecordedStep<M: Model> {
  /// A loss, its slope, the model with what its layers noted, and what else the step leaves.
  package typealias Result = (loss: Tensor, slope: M, seen: M, rest: [Tensor])

  private let recordings = Recordings<Result> {
    visit(&$0.loss, $1)
    visit(&$0.slope, $1)
    visit(&$0.seen, $1)
    visit(&$0.rest, $1)
  }

  /// A step that has not been recorded yet.
  package init() {}

  /// The step at a model and at data, which alone may change from call to call.
  package func callAsFunction(
    _ model: M, _ data: [Tensor], _ function: (M, [Tensor]) -> Result
  ) -> Result {
    guard Recordings<Result>.mayRecord else { return function(model, data) }
    var tensors: [Tensor] = []
    collect(model, &tensors)
    return recordings.call(tensors + data) { given in
      let next = Position()
      let own = replaced(model, given, next)
      return function(own, Array(given[next.next...]))
    }
  }

  /// Why the latest call is not carried out from a recording, in words.
  package var reason: String? { recordings.latest?.refusal }

  /// Whether later calls like the latest are carried out from a recording.
  package var isRecorded: Bool { recordings.latest?.ready != nil }
}
