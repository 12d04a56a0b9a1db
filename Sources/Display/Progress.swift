/// A sequence that shows its progress while it is walked.
///
/// ```swift
/// for epoch in progress(0..<100, label: "training") {
///   step(epoch)
/// }
/// ```
///
/// The bar appears when the loop starts and shows the elements that are behind: with `break`,
/// `return` or a thrown error it says that the loop stopped, and where. Sequences whose length is
/// not known in advance show a count; give `total` if you know better. See ``ProgressBar`` for
/// steps that are no loop and for what nested loops look like.
///
/// - Complexity: about a hundred nanoseconds an element.
public func progress<Base: Sequence>(
  _ sequence: Base, label: String = "", total: Int? = nil
) -> some Sequence<Base.Element> {
  WatchedSequence(base: sequence, label: label, total: total ?? knownCount(of: sequence))
}

/// An asynchronous sequence that shows its progress while it is walked.
///
/// ```swift
/// for await reading in progress(sensor.readings, label: "reading") { use(reading) }
/// ```
public func progress<Base: AsyncSequence>(
  _ sequence: Base, label: String = "", total: Int? = nil
) -> some AsyncSequence<Base.Element, Base.Failure> {
  WatchedAsyncSequence(base: sequence, label: label, total: total)
}

private struct WatchedSequence<Base: Sequence>: Sequence {
  let base: Base
  let label: String
  let total: Int?

  var underestimatedCount: Int { base.underestimatedCount }

  func makeIterator() -> Iterator {
    Iterator(base: base.makeIterator(), watch: LoopWatch(total: total, label: label))
  }

  struct Iterator: IteratorProtocol {
    var base: Base.Iterator
    var watch: LoopWatch

    mutating func next() -> Base.Element? {
      watch.stepsOn()
      let element = base.next()
      if element == nil { watch.bar.done() }
      return element
    }
  }
}

private struct WatchedAsyncSequence<Base: AsyncSequence>: AsyncSequence {
  let base: Base
  let label: String
  let total: Int?

  func makeAsyncIterator() -> Iterator {
    Iterator(base: base.makeAsyncIterator(), watch: LoopWatch(total: total, label: label))
  }

  struct Iterator: AsyncIteratorProtocol {
    var base: Base.AsyncIterator
    var watch: LoopWatch

    mutating func next() async throws(Base.Failure) -> Base.Element? {
      try await next(isolation: #isolation)
    }

    mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(Base.Failure) -> Base.Element? {
      watch.stepsOn()
      do {
        let element = try await base.next(isolation: actor)
        if element == nil { watch.bar.done() }
        return element
      } catch {
        watch.bar.failed()
        throw error
      }
    }
  }
}

/// Counts the elements that a loop has left behind.
private struct LoopWatch {
  let bar: ProgressBar
  private var isFirst = true

  init(total: Int?, label: String) { bar = ProgressBar(ofLoop: label, total: total) }

  /// Called when the loop asks for its next element, so when it is done with the one before.
  mutating func stepsOn() {
    if !isFirst { bar.advance() }
    isFirst = false
  }
}

/// The number of elements of `sequence`, if it can be had without walking an expensive one.
private func knownCount(of sequence: some Sequence) -> Int? {
  switch sequence {
  case let list as any RandomAccessCollection: list.count
  case let entries as any ShownEntries: entries._shownCount
  case let text as String: text.count
  case let counted as any SequenceOfKnownCount: counted.underestimatedCount
  default: nil
  }
}

/// Sequences that are not collections, but whose underestimate is exact.
private protocol SequenceOfKnownCount: Sequence {}
extension StrideTo: SequenceOfKnownCount {}
extension StrideThrough: SequenceOfKnownCount {}
extension Zip2Sequence: SequenceOfKnownCount
where Sequence1: RandomAccessCollection, Sequence2: RandomAccessCollection {}
