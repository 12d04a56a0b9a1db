import Networks
import Tensors

/// Transitions to learn from, a row for each.
public struct TransitionBatch: Sendable {
  /// What was seen, `[n, o]`.
  public var observations: Tensor
  /// What was done, `[n, a]`; choices as numbers in one column.
  public var actions: Tensor
  /// `[n]`.
  public var rewards: Tensor
  /// What was seen next, `[n, o]`: also of a truncated episode the state that followed.
  public var next: Tensor
  /// How much the value of ``next`` counts, `[n]`: the discount, or 0 where the dynamics ended the
  /// episode.
  ///
  /// A time limit is no reason for 0.
  public var discounts: Tensor

  /// Transitions of any origin.
  public init(
    observations: Tensor, actions: Tensor, rewards: Tensor, next: Tensor, discounts: Tensor
  ) {
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.next = next
    self.discounts = discounts
  }
}

/// The last transitions that were seen, as a value: a ring of so many rows.
///
/// ```swift
/// var buffer = ReplayBuffer(capacity: 100_000, observation: 3, action: 1)
/// buffer.add(seen, action, reward, next: next, terminated: mask)
/// let batch = buffer.sample(128, discount: 0.99, from: &generator)
/// ```
///
/// A row holds 2·o + a + 2 numbers in `float32`, next to one another: 36 bytes of the
/// pendulum.
///
/// - Complexity: adding and sampling is O(1) for each row.
public struct ReplayBuffer: Sendable {
  /// The most rows.
  public let capacity: Int
  /// Numbers of an observation.
  public let observation: Int
  /// Numbers of an action.
  public let action: Int
  /// Rows it holds.
  public private(set) var count = 0
  /// Rows that were ever added.
  public private(set) var added = 0
  private var rows: [Float] = []

  /// An empty buffer.
  public init(capacity: Int, observation: Int, action: Int) {
    guard capacity > 0, observation > 0, action > 0 else {
      fatalError(
        "ReplayBuffer: capacity \(capacity), observations of \(observation) numbers, actions of "
          + "\(action)")
    }
    self.capacity = capacity
    self.observation = observation
    self.action = action
  }

  /// An empty buffer for an environment's transitions.
  public init(capacity: Int, for environment: some Environment) {
    self.init(
      capacity: capacity, observation: environment.observationDimension,
      action: environment.actions.dimension)
  }

  private var width: Int { 2 * observation + action + 2 }

  /// Bytes that the rows need.
  public var byteCount: Int { rows.capacity * 4 }

  /// Adds `n` transitions; the oldest go when there is no room.
  ///
  /// Stops the cell for numbers of other widths, and rewards that are not finite.
  ///
  /// - Parameter truncated: 1 where the next row of the same world begins another episode although
  ///   the dynamics ended nothing; needed by ``sample(_:steps:worlds:discount:from:)`` alone.
  /// - Shapes: observations and next `[n, o]`, actions `[n, a]` or `[n]`, rewards, terminated and
  ///   truncated `[n]`.
  public mutating func add(
    _ observations: Tensor, _ actions: Tensor, _ rewards: Tensor, next: Tensor, terminated: Tensor,
    truncated: Tensor? = nil
  ) {
    add(
      observations, actions, rewards, next: next, terminated: terminated, truncated: truncated,
      at: added)
  }

  /// The same with the number of the first row: a number that was there is written over.
  mutating func add(
    _ observations: Tensor, _ actions: Tensor, _ rewards: Tensor, next: Tensor, terminated: Tensor,
    truncated: Tensor? = nil, at first: Int
  ) {
    let n = rewards.size
    let (o, a, w) = (observation, action, width)
    guard observations.shape == [n, o], next.shape == [n, o], actions.size == n * a,
      terminated.size == n, truncated.map({ $0.size == n }) ?? true
    else {
      fatalError(
        "ReplayBuffer: observations \(observations.shape), actions \(actions.shape), rewards "
          + "\(rewards.shape), next \(next.shape); [n, \(o)], [n, \(a)], [n], [n, \(o)] are needed")
    }
    if !rewards.sum().item().isFinite,
      let row = isFinite(rewards.flattened()).booleans.firstIndex(of: false)
    {
      fatalError("ReplayBuffer: reward \(row) is \(rewards.flattened()[row].item())")
    }
    func plain(_ x: Tensor) -> Tensor {
      (x.dtype == .float32 ? x : x.cast(to: .float32)).evaluated()
    }
    // One number for how a row ended: 0 not at all, 1 by the dynamics, 2 for another reason.
    let how = truncated.map {
      maximum(plain(terminated).flattened(), 2 * plain($0).flattened())
    }
    let columns = [
      (plain(observations), o, 0), (plain(actions), a, o), (plain(next), o, o + a),
      (plain(rewards), 1, 2 * o + a), (plain(how ?? terminated), 1, 2 * o + a + 1),
    ]
    grow(to: Swift.min(capacity, first + n))
    let total = capacity
    rows.withUnsafeMutableBufferPointer { rows in
      let base = rows.baseAddress!
      func put(_ x: Tensor, _ width: Int, at place: Int) {
        x.withElements { from in
          let from = from.assumingMemoryBound(to: Float.self)
          var slot = first % total
          for i in 0..<n {
            let to = base + slot * w + place
            for k in 0..<width { to[k] = from[i * width + k] }
            slot = slot + 1 == total ? 0 : slot + 1
          }
        }
      }
      for (column, width, place) in columns { put(column, width, at: place) }
    }
    added = first + n
    count = Swift.min(capacity, added)
  }

  private mutating func grow(to count: Int) {
    guard count * width > rows.count else { return }
    // Doubled, but never beyond the capacity, so that a full buffer holds nothing in vain.
    let room = Swift.min(capacity, Swift.max(count, 2 * (rows.count / width), 1024))
    if rows.capacity < room * width {
      var larger: [Float] = []
      larger.reserveCapacity(room * width)
      larger.append(contentsOf: rows)
      rows = larger
    }
    rows.append(contentsOf: repeatElement(0, count: room * width - rows.count))
  }

  /// `n` rows, each equally likely, with repetition.
  ///
  /// Stops the cell if the buffer is empty.
  ///
  /// With `steps` k each row stands for k steps of its world: the discounted sum of k rewards, what was
  /// seen after them, and γᵏ. A row whose episode or memory ends sooner stands for fewer steps with
  /// their own power of γ, so that a time limit cuts the sum and never the value behind it.
  ///
  /// - Parameters:
  ///   - steps: k.
  ///   - worlds: transitions that were added at once, each of another world, in the same order.
  public func sample(
    _ n: Int, steps: Int = 1, worlds: Int = 1, discount: Double, from generator: inout Generator
  ) -> TransitionBatch {
    guard count > 0 else { fatalError("ReplayBuffer: empty; add transitions before sampling") }
    guard steps > 0, worlds > 0 else {
      fatalError("ReplayBuffer: \(steps) steps of \(worlds) worlds")
    }
    let chosen = Tensor.randomIntegers([n], in: 0..<count, from: &generator)
    return chosen.withElements { chosen in
      let chosen = chosen.assumingMemoryBound(to: Int32.self)
      var batch = read(n, discount) { Int(chosen[$0]) }
      if steps > 1 { extend(&batch, steps, worlds, discount) { Int(chosen[$0]) } }
      return batch
    }
  }

  /// Goes on from each row to the next ones of its world.
  private func extend(
    _ batch: inout TransitionBatch, _ steps: Int, _ worlds: Int, _ discount: Double,
    _ first: (Int) -> Int
  ) {
    let (o, w) = (observation, width)
    let (place, how) = (observation + action, width - 1)
    var next = batch.next.floats
    var (rewards, discounts) = (batch.rewards.floats, batch.discounts.floats)
    let newest = (added - 1) % capacity
    for i in rewards.indices {
      var row = first(i)
      var behind = newest - row
      if behind < 0 { behind += capacity }
      var factor = Float(discount)
      for _ in 1..<steps where rows[row * w + how] == 0 && behind >= worlds {
        row = (row + worlds) % capacity
        behind -= worlds
        rewards[i] += factor * rows[row * w + how - 1]
        factor *= Float(discount)
        discounts[i] = rows[row * w + how] == 1 ? 0 : factor
        for k in 0..<o { next[i * o + k] = rows[row * w + place + k] }
      }
    }
    batch.next = Tensor(next, shape: batch.next.shape)
    batch.rewards = Tensor(rewards)
    batch.discounts = Tensor(discounts)
  }

  /// All rows, the oldest first.
  public func all(discount: Double) -> TransitionBatch {
    let start = added - count
    return read(count, discount) { (start + $0) % capacity }
  }

  @inline(__always) private func read(_ n: Int, _ discount: Double, _ row: (Int) -> Int)
    -> TransitionBatch
  {
    let (o, a, w) = (observation, action, width)
    let seen = Tensor(uninitialized: [n, o], .float32)
    let acts = Tensor(uninitialized: [n, a], .float32)
    let next = Tensor(uninitialized: [n, o], .float32)
    let rewards = Tensor(uninitialized: [n], .float32)
    let discounts = Tensor(uninitialized: [n], .float32)
    func pointer(_ x: Tensor) -> UnsafeMutablePointer<Float> {
      x.withElements { $0.assumingMemoryBound(to: Float.self) }
    }
    let (p, q, r, s, t) = (
      pointer(seen), pointer(acts), pointer(next), pointer(rewards), pointer(discounts)
    )
    let factor = Float(discount)
    rows.withUnsafeBufferPointer { rows in
      for i in 0..<n {
        let from = rows.baseAddress! + row(i) * w
        for k in 0..<o { p[i * o + k] = from[k] }
        for k in 0..<a { q[i * a + k] = from[o + k] }
        for k in 0..<o { r[i * o + k] = from[o + a + k] }
        s[i] = from[2 * o + a]
        t[i] = from[2 * o + a + 1] == 1 ? 0 : factor
      }
    }
    return TransitionBatch(
      observations: seen, actions: acts, rewards: rewards, next: next, discounts: discounts)
  }
}

extension Checkpoint {
  /// Writes a buffer's rows.
  public mutating func write(_ buffer: ReplayBuffer, under prefix: String) {
    buffer.write(to: &self, prefix)
  }

  /// Reads the rows of a buffer of the same widths and capacity.
  public func read(_ buffer: inout ReplayBuffer, under prefix: String) throws(TensorFileError) {
    try buffer.load(self, prefix)
  }
}

extension ReplayBuffer {
  private var settings: String { "capacity \(capacity), widths \(observation) and \(action)" }

  fileprivate func write(to file: inout Checkpoint, _ prefix: String) {
    file.write(settings, as: "\(prefix).settings")
    file["\(prefix).added"] = Tensor(added)
    let held = Array(rows.prefix(count * width))
    file["\(prefix).rows"] = Tensor(held, shape: [count, width])
  }

  fileprivate mutating func load(_ file: Checkpoint, _ prefix: String) throws(TensorFileError) {
    try file.requireText(settings, as: "\(prefix).settings")
    let held = try file.required("\(prefix).rows")
    added = Int(try file.required("\(prefix).added"))
    count = held.dim(0)
    rows = held.floats
  }
}
