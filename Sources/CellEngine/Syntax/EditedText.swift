/// A text with insertions and deletions, and the way back from places in the result to places in
/// the original.
///
/// Edits never add or remove a line, so line numbers stay true; only columns move.
package struct EditedText {
  package struct Edit {
    /// UTF-8 offset in the original.
    package var offset: Int
    package var deleting: Int = 0
    package var inserting: String = ""
    /// Order among edits at one offset.
    package var rank: Int = 0
  }

  package let original: String
  package private(set) var edits: [Edit] = []

  package init(_ original: String) { self.original = original }

  package mutating func add(_ edit: Edit) { edits.append(edit) }

  package mutating func insert(_ text: String, at offset: Int, rank: Int = 0) {
    edits.append(Edit(offset: offset, inserting: text, rank: rank))
  }

  package mutating func replace(_ range: Range<Int>, with text: String) {
    edits.append(Edit(offset: range.lowerBound, deleting: range.count, inserting: text))
  }

  /// The edited text and the map from its UTF-8 offsets to the original's.
  package func applied() -> (text: String, map: OffsetMap) {
    let sorted = edits.enumerated().sorted {
      ($0.element.offset, $0.element.rank, $0.offset)
        < ($1.element.offset, $1.element.rank, $1.offset)
    }.map(\.element)
    let source = Array(original.utf8)
    var output: [UInt8] = []
    var segments: [OffsetMap.Segment] = []
    var position = 0
    for edit in sorted {
      if edit.offset > position {
        segments.append(.init(start: output.count, original: position, isVerbatim: true))
        output += source[position..<edit.offset]
        position = edit.offset
      }
      if !edit.inserting.isEmpty {
        segments.append(.init(start: output.count, original: position, isVerbatim: false))
        output += edit.inserting.utf8
      }
      position = max(position, edit.offset + edit.deleting)
    }
    segments.append(.init(start: output.count, original: position, isVerbatim: true))
    output += source[min(position, source.count)...]
    return (String(decoding: output, as: UTF8.self), OffsetMap(segments: segments))
  }
}

/// Maps UTF-8 offsets of an edited text back to its original.
package struct OffsetMap {
  struct Segment {
    var start: Int
    var original: Int
    /// Text of the original; otherwise inserted text.
    var isVerbatim: Bool
  }

  let segments: [Segment]

  private func segment(at offset: Int) -> Segment {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].start <= offset { low = middle } else { high = middle }
    }
    return segments[low]
  }

  /// The place in the original; inserted text maps to the place where it was inserted.
  package func original(_ offset: Int) -> Int {
    let found = segment(at: offset)
    return found.isVerbatim ? found.original + max(0, offset - found.start) : found.original
  }

  /// Where a range of the original is in the result, with what was inserted at its ends.
  package func edited(_ range: Range<Int>) -> Range<Int> {
    var low = 0
    for (index, segment) in segments.enumerated() {
      guard segment.original < range.lowerBound else { break }
      let end = segments.indices.contains(index + 1) ? segments[index + 1].start : .max
      low =
        segment.isVerbatim
        ? min(segment.start + range.lowerBound - segment.original, end) : end
    }
    let high = segments.enumerated().lazy.compactMap { index, segment -> Int? in
      guard segment.isVerbatim else { return nil }
      let end = segments.indices.contains(index + 1) ? segments[index + 1].start : .max
      let place = segment.start + max(0, range.upperBound - segment.original)
      return place < end || end == .max ? place : nil
    }.first
    return low..<max(low, high ?? low)
  }

  /// Whether the place is in text that the reader did not write.
  package func isInserted(_ offset: Int) -> Bool { !segment(at: offset).isVerbatim }
}
