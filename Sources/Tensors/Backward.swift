/// A stretch of tape that depends on one level, ready to be walked back once or many times.
struct Segment {
  var entries: ContiguousArray<Entry>
  /// Tape position of the first entry.
  let start: Int
  let level: Int
  /// The number of the differentiation.
  let scope: UInt64
}

extension Tape {
  /// Walks back from `output` and returns the gradients of the level's first `leaves` entries.
  ///
  /// Entries above are consumed on the outermost level, where nobody else needs them.
  func pullBack(_ output: Tensor, _ seed: Tensor, leaves: Int) -> [Tensor?] {
    let level = scopes.count - 1
    let start = scopes[level].start
    guard output.scope != 0, output.index >= start, mask(of: output) >> UInt64(level) & 1 == 1
    else { return [Tensor?](repeating: nil, count: leaves) }
    let before = excluded
    excluded |= 1 << UInt64(level)
    defer { excluded = before }
    if level == 0 { entries.removeSubrange((output.index + 1)...) }
    let step = Step(
      entry: entries[output.index], gradient: seed, level: level, scope: scopes[level].id,
      start: start, count: output.index - start + 1)
    step.gradients[output.index - start] = seed
    var i = output.index
    while i >= start + leaves {
      if level == 0 { step.entry = entries.removeLast() }
      if let gradient = step.gradients[i - start] {
        step.gradients[i - start] = nil
        if level != 0 { step.entry = entries[i] }
        step.g = gradient
        step.y = Tensor(step.entry.output, scope: step.entry.scope, index: i)
        Rules.table[Int(step.entry.primitive.rawValue)](step)
      }
      i -= 1
    }
    return (0..<leaves).map { i in
      step.gradients[i].map { strip($0, below: level) }
    }
  }

  /// The same for a kept segment.
  ///
  /// Its own level is closed: nothing is noted for it any more.
  static func pullBack(_ segment: Segment, _ output: Tensor, _ seed: Tensor, leaves: Int)
    -> [Tensor?]
  {
    let top = output.index - segment.start
    guard top >= 0 && top < segment.entries.count else {
      return [Tensor?](repeating: nil, count: leaves)
    }
    let step = Step(
      entry: segment.entries[top], gradient: seed, level: segment.level, scope: segment.scope,
      start: segment.start, count: top + 1)
    step.gradients[top] = seed
    var i = top
    while i >= leaves {
      if let gradient = step.gradients[i] {
        step.gradients[i] = nil
        step.entry = segment.entries[i]
        step.g = gradient
        step.y = Tensor(step.entry.output, scope: step.entry.scope, index: i + segment.start)
        Rules.table[Int(step.entry.primitive.rawValue)](step)
      }
      i -= 1
    }
    return (0..<leaves).map { step.gradients[$0] }
  }

  /// A value as the levels below `level` see it.
  func strip(_ tensor: Tensor, below level: Int) -> Tensor {
    if tensor.scope == 0 { return tensor }
    let lower: UInt64 = (1 << UInt64(level)) - 1
    return mask(of: tensor) & lower == 0 ? tensor.plain : tensor
  }
}
