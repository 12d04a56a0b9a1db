/// Finds 256 colours that stand for all of an animation (median cut over 15-bit colours).
struct Quantizer {
  private var counts = [UInt32](repeating: 0, count: 1 << 15)
  /// A full colour for each cell that occurred: flat areas keep their exact colour.
  private var samples = [UInt32](repeating: 0, count: 1 << 15)
  private var table = [UInt8](repeating: 0, count: 1 << 15)

  private static func cell(_ word: UInt32) -> Int {
    let red = word >> 9 & 0x7C00
    let green = word >> 6 & 0x3E0
    let blue = word >> 3 & 0x1F
    return Int(red | green | blue)
  }

  mutating func count(_ words: [UInt32]) {
    counts.withUnsafeMutableBufferPointer { counts in
      samples.withUnsafeMutableBufferPointer { samples in
        for word in words {
          let cell = Quantizer.cell(word)
          counts[cell] &+= 1
          samples[cell] = word
        }
      }
    }
  }

  func index(of word: UInt32) -> UInt8 { table[Quantizer.cell(word)] }

  private struct Box {
    var cells: [Int]
    var weight: Double
    var channel: Int
    var spread: Int
  }

  private static func channel(_ cell: Int, _ index: Int) -> Int { cell >> (10 - 5 * index) & 31 }

  private func box(_ cells: [Int]) -> Box {
    var best = (channel: 0, spread: -1)
    for channel in 0..<3 {
      let values = cells.map { Quantizer.channel($0, channel) }
      let spread = (values.max() ?? 0) - (values.min() ?? 0)
      if spread > best.spread { best = (channel, spread) }
    }
    // Square roots: a large flat background must not take colours from the thin lines.
    let weight = cells.reduce(0) { $0 + Double(counts[$1]).squareRoot() }
    return Box(cells: cells, weight: weight, channel: best.channel, spread: best.spread)
  }

  mutating func palette() -> [UInt32] {
    let used = counts.indices.filter { counts[$0] > 0 }
    guard !used.isEmpty else { return [0xFFFF_FFFF] }
    var boxes = [box(used)]
    while boxes.count < 256 {
      let candidates = boxes.indices.filter { boxes[$0].spread > 0 }
      guard
        let index = candidates.max(by: {
          boxes[$0].weight * Double(boxes[$0].spread) < boxes[$1].weight * Double(boxes[$1].spread)
        })
      else { break }
      let old = boxes[index]
      let sorted = old.cells.sorted {
        Quantizer.channel($0, old.channel) < Quantizer.channel($1, old.channel)
      }
      var sum = 0.0
      var cut = 1
      for (place, cell) in sorted.enumerated() {
        sum += Double(counts[cell]).squareRoot()
        if sum >= old.weight / 2 {
          cut = (place + 1).clamped(1, sorted.count - 1)
          break
        }
      }
      boxes[index] = box(Array(sorted[..<cut]))
      boxes.append(box(Array(sorted[cut...])))
    }
    var palette: [UInt32] = []
    for (index, box) in boxes.enumerated() {
      // The most frequent colour stands for its box.
      let main = box.cells.max { counts[$0] < counts[$1] } ?? box.cells[0]
      palette.append(samples[main])
      for cell in box.cells { table[cell] = UInt8(index) }
    }
    return palette
  }
}
