import Synchronization

/// The recordings of one function, by the shapes and types of its arguments.
final class Recordings<Output>: @unchecked Sendable {
  /// Shows the tensors of what the function returns.
  private let visit: (inout Output, (inout Tensor) -> Void) -> Void
  /// Guards everything below, and what is in it; not held while anything is computed.
  private let lock = Mutex<Void>(())
  private var all: [Recording<Output>] = []
  private var newest: Recording<Output>?

  init(_ visit: @escaping (inout Output, (inout Tensor) -> Void) -> Void) { self.visit = visit }

  /// The recording that was asked for last.
  var latest: Recording<Output>? { lock.withLock { _ in newest } }

  /// Whether nothing is under way that sees single operations.
  static var mayRecord: Bool {
    Tape.current == nil && !NaNWatch.isOn && !isTracing
  }

  func call(_ arguments: [Tensor], _ function: ([Tensor]) -> Output) -> Output {
    let (recording, ready, spare, isRefused) = lock.withLock { _ in
      let recording = found(arguments)
      return (recording, recording.ready, recording.spare.popLast(), recording.refusal != nil)
    }
    if let ready {
      let instance = spare ?? Instance(ready.program)
      let result = replay(instance, ready, arguments)
      lock.withLock { _ in
        recording.spare.append(instance)
        recording.count(isMiss: result == nil)
      }
      return result ?? function(arguments)
    }
    return isRefused ? function(arguments) : record(recording, arguments, function)
  }

  private func found(_ arguments: [Tensor]) -> Recording<Output> {
    if let newest, newest.fits(arguments) { return newest }
    let recording = all.first { $0.fits(arguments) } ?? Recording(arguments)
    all.removeAll { $0 === recording }
    all.append(recording)
    if all.count > 8 { all.removeFirst() }
    newest = recording
    return recording
  }

  private func replay(
    _ instance: Instance, _ ready: Recording<Output>.Ready, _ arguments: [Tensor]
  ) -> Output? {
    let bodies = arguments.map { $0.body.contiguous() }
    guard instance.run(bodies) else { return nil }
    var result = ready.template
    var next = 0
    visit(&result) { tensor in
      switch ready.outcomes[next] {
      case .constant(let body): tensor = Tensor(body)
      case .argument(let i): tensor = Tensor(bodies[i])
      case .computed(let buffer, let shape, let dtype):
        let body = Body(shape, dtype)
        body.data.copyMemory(
          from: instance.pointer(to: buffer), byteCount: body.count * dtype.byteCount)
        tensor = Tensor(body)
      }
      next += 1
    }
    return result
  }

  private func record(
    _ recording: Recording<Output>, _ arguments: [Tensor], _ function: ([Tensor]) -> Output
  ) -> Output {
    let recorder = Recorder()
    defer { recorder.leave() }
    var given = recorder.begin(arguments.map { $0.body.contiguous() })
    var result = function(given)
    given = []
    var bodies: [Body] = []
    visit(&result) { bodies.append($0.body) }
    guard let outcomes = recorder.end(bodies) else {
      let reason = recorder.refusal ?? "it could not be recorded"
      lock.withLock { _ in recording.refuse(reason) }
      return result
    }
    lock.withLock { _ in recording.note(recorder.listing, outcomes, result) }
    return result
  }
}

/// What is known of a function for arguments of given shapes and types.
final class Recording<Output> {
  private let shapes: [(dtype: DType, shape: [Int])]
  private(set) var refusal: String?
  private var watches = 0
  private var branches = 0
  private var (calls, misses) = (0, 0)
  /// The first recording, until a second one has confirmed it.
  private var first: (listing: Listing, outcomes: [Outcome], result: Output)?
  private(set) var ready: Ready?
  /// Copies of the program that nobody uses now.
  var spare: [Instance] = []

  /// What is carried out from the third call on.
  struct Ready {
    let program: ReplayProgram
    let outcomes: [Outcome]
    /// What the function returned once; its tensors are replaced.
    let template: Output
  }

  init(_ arguments: [Tensor]) { shapes = arguments.map { ($0.dtype, $0.shape) } }

  func fits(_ arguments: [Tensor]) -> Bool {
    guard arguments.count == shapes.count else { return false }
    for (tensor, known) in zip(arguments, shapes)
    where tensor.dtype != known.dtype || tensor.shape != known.shape {
      return false
    }
    return true
  }

  /// - Parameter reason: a watch may be that of another thread, and is waited for a few times.
  func refuse(_ reason: String) {
    if reason == Recorder.isWatched {
      watches += 1
      if watches < 3 { return }
    }
    if ready != nil { return }
    refusal = reason
    (first, ready, spare) = (nil, nil, [])
  }

  /// Notes whether a call took another branch than the recorded one; where most do, none is recorded.
  func count(isMiss: Bool) {
    calls += 1
    if isMiss { misses += 1 }
    if misses >= 16 && 2 * misses > calls {
      (refusal, first, ready, spare) = (Listing.otherBranch, nil, nil, [])
    }
  }

  /// Takes a recording of a whole call: the first one, or one that is compared with it.
  func note(_ listing: Listing, _ outcomes: [Outcome], _ result: Output) {
    if refusal != nil || ready != nil { return }
    guard let first else {
      self.first = (listing, outcomes, result)
      return
    }
    if let difference = first.listing.difference(to: listing)
      ?? first.outcomes.difference(to: outcomes)
    {
      // Two calls in turn must take the same branches.
      branches += 1
      if difference == Listing.otherBranch && branches < 8 {
        self.first = (listing, outcomes, result)
        return
      }
      return refuse(difference)
    }
    let outputs = Set(outcomes.compactMap(\.buffer)).sorted()
    ready = Ready(
      program: ReplayProgram(first.listing, outputs: outputs), outcomes: first.outcomes,
      template: first.result)
    self.first = nil
  }
}
