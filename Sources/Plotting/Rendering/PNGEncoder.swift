internal import _CPictureCodecs

/// Writes PNG files (ISO/IEC 15948), still and animated.
///
/// Cairo's own writer always compresses hard and in true colour; figures have few colours and are
/// wanted at once, so a palette is used when 256 suffice, at a low level of compression.
enum PNGEncoder {
  /// What a file says about its picture.
  struct About {
    var title = ""
    var description = ""
    /// Dots per inch; 0 for none.
    var dpi = 0.0
  }

  private static func chunks(_ about: About) -> [UInt8] {
    var result: [UInt8] = []
    if about.dpi > 0, about.dpi < 1e6 {
      let perMeter = bigEndian(UInt32((about.dpi / 0.0254).rounded()))
      result += chunk("pHYs", perMeter + perMeter + [1])
    }
    for (key, text) in [("Title", about.title), ("Description", about.description)]
    where !text.isEmpty {
      // International text: uncompressed, without a language or a translated keyword.
      result += chunk("iTXt", Array(key.utf8) + [0, 0, 0, 0, 0] + Array(text.utf8))
    }
    return result
  }

  static func encode(_ pixels: Pixels, level: Int = 4, about: About = About()) -> [UInt8] {
    let image = IndexedOrTrueColor(pixels)
    var file = signature
    file += header(image, width: pixels.width, height: pixels.height)
    file += chunks(about)
    if case .indexed(_, let palette) = image { file += paletteChunks(palette) }
    // Differences of neighbouring pixels hold few long repeats: looking harder for them costs two
    // thirds more and saves a fiftieth.
    var effort = level
    if case .indexed = image {} else { effort = min(level, 2) }
    let rows = image.rows(width: pixels.width, height: pixels.height)
    file += chunk("IDAT", deflated(rows, effort))
    file += chunk("IEND", [])
    return file
  }

  /// An animation of frames that share a palette; each holds only what differs from the one before.
  static func encodeAnimation(
    _ frames: [IndexedFrame], palette: [UInt32], delay: Double, about: About = About()
  ) -> [UInt8] {
    guard let first = frames.first else { return [] }
    var file = signature
    let image = IndexedOrTrueColor.indexed(first.indices, palette)
    file += header(image, width: first.width, height: first.height)
    file += chunks(about)
    file += chunk("acTL", bigEndian(UInt32(frames.count)) + bigEndian(0))
    file += paletteChunks(palette)
    var sequence: UInt32 = 0
    let milliseconds = UInt16((delay * 1000).rounded().clamped(to: 1...65_535))
    for (index, frame) in frames.enumerated() {
      var control = bigEndian(sequence)
      sequence += 1
      for value in [frame.width, frame.height, frame.x, frame.y] {
        control += bigEndian(UInt32(value))
      }
      control += [UInt8(milliseconds >> 8), UInt8(milliseconds & 255), 0x03, 0xE8, 0, 0]
      file += chunk("fcTL", control)
      let rows = IndexedOrTrueColor.indexed(frame.indices, palette)
        .rows(width: frame.width, height: frame.height)
      if index == 0 {
        file += chunk("IDAT", deflated(rows, 3))
      } else {
        file += chunk("fdAT", bigEndian(sequence) + deflated(rows, 3))
        sequence += 1
      }
    }
    file += chunk("IEND", [])
    return file
  }

  private static let signature: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(ansatz_crc32(0, body, body.count))
  }

  private static func header(_ image: IndexedOrTrueColor, width: Int, height: Int) -> [UInt8] {
    chunk(
      "IHDR",
      bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, image.colorType, 0, 0, 0])
  }

  private static func paletteChunks(_ palette: [UInt32]) -> [UInt8] {
    var colors: [UInt8] = []
    var alphas: [UInt8] = []
    for word in palette {
      let color = Straight(word)
      colors += [color.red, color.green, color.blue]
      alphas.append(color.alpha)
    }
    let isOpaque = alphas.allSatisfy { $0 == 255 }
    return chunk("PLTE", colors) + (isOpaque ? [] : chunk("tRNS", alphas))
  }

  private static func deflated(_ bytes: [UInt8], _ level: Int) -> [UInt8] {
    let capacity = ansatz_deflate_bound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = ansatz_deflate(bytes, bytes.count, Int32(level), buffer.baseAddress!, capacity)
    }
  }
}

/// A colour with straight (not premultiplied) alpha.
struct Straight {
  var red, green, blue, alpha: UInt8

  @inline(__always)
  init(_ word: UInt32) {
    let a = word >> 24
    alpha = UInt8(a)
    if a == 255 || a == 0 {
      red = UInt8(word >> 16 & 255)
      green = UInt8(word >> 8 & 255)
      blue = UInt8(word & 255)
    } else {
      func part(_ value: UInt32) -> UInt8 { UInt8(min(255, (value * 255 + a / 2) / a)) }
      red = part(word >> 16 & 255)
      green = part(word >> 8 & 255)
      blue = part(word & 255)
    }
  }
}

/// Pixels as PNG stores them.
enum IndexedOrTrueColor {
  case indexed([UInt8], [UInt32])
  case opaque([UInt32])
  case transparent([UInt32])

  var colorType: UInt8 {
    switch self {
    case .indexed: 3
    case .opaque: 2
    case .transparent: 6
    }
  }

  init(_ pixels: Pixels) {
    if let (indices, palette) = IndexedOrTrueColor.exactPalette(pixels.words) {
      self = .indexed(indices, palette)
    } else if pixels.words.allSatisfy({ $0 >> 24 == 255 }) {
      self = .opaque(pixels.words)
    } else {
      self = .transparent(pixels.words)
    }
  }

  /// The palette, when the picture has at most 256 colours.
  private static func exactPalette(_ words: [UInt32]) -> ([UInt8], [UInt32])? {
    var palette: [UInt32] = []
    var slots = [Int16](repeating: -1, count: 4096)
    var keys = [UInt32](repeating: 0, count: 4096)
    var previous: UInt32 = words.first.map { ~$0 } ?? 0
    var previousIndex: UInt8 = 0
    var isTooMany = false
    let indices = [UInt8](unsafeUninitializedCapacity: words.count) { buffer, count in
      for (position, word) in words.enumerated() {
        if word != previous {
          var slot = Int((word &* 2_654_435_761) >> 20)
          while slots[slot] >= 0, keys[slot] != word { slot = (slot + 1) & 4095 }
          if slots[slot] < 0 {
            if palette.count == 256 {
              isTooMany = true
              break
            }
            slots[slot] = Int16(palette.count)
            keys[slot] = word
            palette.append(word)
          }
          previous = word
          previousIndex = UInt8(slots[slot])
        }
        buffer[position] = previousIndex
        count = position + 1
      }
    }
    return isTooMany ? nil : (indices, palette)
  }

  /// Rows with their filter byte.
  ///
  /// Flat drawings compress best unfiltered; true colour, which is
  /// where gradients are, as differences from the pixel to the left.
  func rows(width: Int, height: Int) -> [UInt8] {
    switch self {
    case .indexed(let indices, _):
      return [UInt8](unsafeUninitializedCapacity: (width + 1) * height) { buffer, count in
        for row in 0..<height {
          buffer[row * (width + 1)] = 0
          for column in 0..<width {
            buffer[row * (width + 1) + 1 + column] = indices[row * width + column]
          }
        }
        count = (width + 1) * height
      }
    case .opaque(let words):
      let stride = 3 * width + 1
      return [UInt8](unsafeUninitializedCapacity: stride * height) { buffer, count in
        for row in 0..<height {
          var place = row * stride
          buffer[place] = 1
          place += 1
          var left: UInt32 = 0
          for column in 0..<width {
            let word = words[row * width + column]
            buffer[place] = UInt8(truncatingIfNeeded: (word >> 16) &- (left >> 16))
            buffer[place + 1] = UInt8(truncatingIfNeeded: (word >> 8) &- (left >> 8))
            buffer[place + 2] = UInt8(truncatingIfNeeded: word &- left)
            left = word
            place += 3
          }
        }
        count = stride * height
      }
    case .transparent(let words):
      let stride = 4 * width + 1
      return [UInt8](unsafeUninitializedCapacity: stride * height) { buffer, count in
        for row in 0..<height {
          var place = row * stride
          buffer[place] = 0
          place += 1
          for column in 0..<width {
            let color = Straight(words[row * width + column])
            buffer[place] = color.red
            buffer[place + 1] = color.green
            buffer[place + 2] = color.blue
            buffer[place + 3] = color.alpha
            place += 4
          }
        }
        count = stride * height
      }
    }
  }
}

/// A rectangle of an animation's frame, as indices into the shared palette.
struct IndexedFrame: Sendable {
  var x, y, width, height: Int
  var indices: [UInt8]
}
