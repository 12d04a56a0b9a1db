internal import _CVectorKernels
import Synchronization

/// The rows that ``vmap(_:)`` hands to a function, all at once.
///
/// The function sees one row: tensors with the shape of a row, behind which stand the elements of
/// all rows (``Row``). An operation on such a tensor is carried out for all rows with the axis of the
/// rows in front, and gives such a tensor again. What the function computes from other tensors alone
/// is computed once. Who reads elements asks for those of a single row: then the batch is given up,
/// its tensors become those of row 0, and the function goes on with that row alone.
///
/// Derivatives need no rules of their own. Where an operation meets a row and a tensor that all rows
/// share, the latter is repeated; so a gradient that comes back to it is summed over the rows,
/// provided that the differentiation began outside. One that began inside has a gradient for each.
final class Batch: Tracer, @unchecked Sendable {
  let rows: Int
  let depth: Int
  /// In the order of ``Tape/Scope/id``: what began before and what began after.
  let id: UInt64
  let enclosing: (any Tracer)?

  private enum State: UInt8, AtomicRepresentable { case open, givenUp, finished }
  private let state = Atomic<State>(.open)

  var takesWideSums: Bool { true }
  var isOpen: Bool { state.load(ordering: .acquiring) == .open }
  /// The row that is taken alone.
  private(set) var current = 0
  /// Whether its tensors are those of row 0.
  var isGivenUp: Bool { state.load(ordering: .acquiring) == .givenUp }

  init(rows: Int) {
    self.rows = rows
    enclosing = currentTracer
    depth = (enclosing?.depth ?? 0) + 1
    id = Tape.nextID()
  }

  /// Calls the function; who draws random numbers or stops meanwhile knows of this batch.
  func run<Result>(row: Int = 0, _ body: () -> Result) -> Result {
    let outer = vk_recorder_slot()
    vk_set_recorder_slot(Unmanaged.passUnretained(self).toOpaque())
    defer { vk_set_recorder_slot(outer) }
    current = row
    return body()
  }

  /// Ends after the function returned; true if every row was computed.
  func end() -> Bool {
    state.compareExchange(expected: .open, desired: .finished, ordering: .acquiringAndReleasing)
      .exchanged
  }

  /// Takes one row at a time from the beginning.
  func giveUp() { state.store(.givenUp, ordering: .releasing) }

  func refuse(_ reason: String) {
    switch state.load(ordering: .acquiring) {
    case .givenUp: return
    case .finished:
      stop(
        "vmap: elements of a single row are read after the function has returned; return the tensor, "
          + "or map over the rows: stack(x.rows.map(f))")
    case .open:
      if rows == 0 {
        stop(
          "vmap: there are no rows, and the function reads elements (or draws random numbers), so "
            + "that the shape of its result is not known")
      }
      state.store(.givenUp, ordering: .releasing)
    }
  }
}

/// What stands behind a tensor of one row: the elements of all rows, their axis in front.
final class Row {
  let batch: Batch
  let all: Body

  init(_ batch: Batch, _ all: Body) {
    self.batch = batch
    self.all = all
  }

  /// A view of one row, for all of them.
  func viewed(_ offset: Int, _ shape: [Int], _ strides: [Int]) -> Row {
    Row(
      batch,
      Body(
        viewing: all, offset: offset, shape: [batch.rows] + shape,
        strides: [all.fullStrides[0]] + strides))
  }
}

// From all rows to one, and back.
extension Batch {
  /// A tensor of all rows as the function sees it.
  func enter(_ x: Tensor) -> Tensor {
    let row = Body(rowOf: x.body, in: self)
    if x.scope == 0 { return Tensor(row) }
    let shape = x.shape
    return noted(
      .custom, row, [x],
      Attributes(
        object: CustomBox { [self] _, _, g in
          if !isGivenUp { return [left(g)] }
          let start = shape.map { _ in 0 }
          return [g.expandedDims(axis: 0).embedded(start, start.map { _ in 1 }, into: shape)]
        }))
  }

  /// All rows of what the function computed.
  func left(_ x: Tensor) -> Tensor {
    guard let row = x.body.row, row.batch === self else {
      return x.expandedDims(axis: 0).broadcast(to: [rows] + x.shape)
    }
    if x.scope == 0 { return Tensor(row.all) }
    return noted(
      .custom, row.all, [x], Attributes(object: CustomBox { [self] _, _, g in [enter(g)] }))
  }
}

extension Tensor {
  /// A gradient as an operand of `y` takes it: summed over the rows that the operand was repeated
  /// for, as far as the differentiation `scope` began outside of their batch.
  func summedOverRows(from y: Body, to operand: Body, scope: UInt64) -> Tensor {
    guard let row = body.row else { return self }
    let batch = row.batch
    var layer = y.row
    while let other = layer, other.batch !== batch { layer = other.all.row }
    guard let whole = layer else { return self }
    if let part = operand.row, part.batch === batch {
      guard row.all.row != nil else { return self }
      return batch.enter(
        batch.left(self).summedOverRows(from: whole.all, to: part.all, scope: scope))
    }
    guard scope < batch.id else { return self }
    return batch.left(self).sum(axis: 0).summedOverRows(from: whole.all, to: operand, scope: scope)
  }
}
