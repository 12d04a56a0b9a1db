/// Writes animated GIF files (GIF89a), whose patents have run out.
enum GIFEncoder {
  static func encode(
    _ frames: [IndexedFrame], palette: [UInt32], delay: Double, comment: String = ""
  )
    -> [UInt8]
  {
    guard let first = frames.first else { return [] }
    func word(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
    var file = Array("GIF89a".utf8) + word(first.width) + word(first.height) + [0xF7, 0, 0]
    for index in 0..<256 {
      let color = Straight(index < palette.count ? palette[index] : 0)
      file += [color.red, color.green, color.blue]
    }
    file += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
    if !comment.isEmpty {
      // A comment in blocks of at most 255 bytes.
      file += [0x21, 0xFE]
      var rest = Array(comment.utf8)[...]
      while !rest.isEmpty {
        file += [UInt8(min(255, rest.count))] + rest.prefix(255)
        rest = rest.dropFirst(255)
      }
      file.append(0)
    }
    let hundredths = (delay * 100).rounded().integer(in: 2...65_535)
    for frame in frames {
      file += [0x21, 0xF9, 4, 0x04] + word(hundredths) + [0, 0]
      file += [0x2C] + word(frame.x) + word(frame.y) + word(frame.width) + word(frame.height) + [0]
      file += compressed(frame.indices)
    }
    file.append(0x3B)
    return file
  }

  /// LZW with codes that grow from 9 to 12 bits, in blocks of at most 255 bytes.
  private static func compressed(_ indices: [UInt8]) -> [UInt8] {
    let (clear, end) = (256, 257)
    // A hash table from (prefix code, next byte) to code.
    var keys = [Int32](repeating: -1, count: 1 << 13)
    var codes = [Int16](repeating: 0, count: 1 << 13)
    var bits: UInt32 = 0
    var bitCount = 0
    var bytes: [UInt8] = []
    bytes.reserveCapacity(indices.count / 4)
    var (width, next) = (9, 258)
    func emit(_ code: Int) {
      bits |= UInt32(code) << UInt32(bitCount)
      bitCount += width
      while bitCount >= 8 {
        bytes.append(UInt8(bits & 255))
        bits >>= 8
        bitCount -= 8
      }
    }
    emit(clear)
    var prefix = -1
    for byte in indices {
      guard prefix >= 0 else {
        prefix = Int(byte)
        continue
      }
      let key = Int32(prefix << 8 | Int(byte))
      var slot = Int((UInt32(bitPattern: key) &* 2_654_435_761) >> 19)
      while keys[slot] >= 0, keys[slot] != key { slot = (slot + 1) & 8191 }
      if keys[slot] == key {
        prefix = Int(codes[slot])
        continue
      }
      emit(prefix)
      if next < 4096 {
        keys[slot] = key
        codes[slot] = Int16(next)
        if next == 1 << width { width += 1 }
        next += 1
      } else {
        emit(clear)
        for index in keys.indices { keys[index] = -1 }
        (width, next) = (9, 258)
      }
      prefix = Int(byte)
    }
    if prefix >= 0 { emit(prefix) }
    emit(end)
    if bitCount > 0 { bytes.append(UInt8(bits & 255)) }
    var result: [UInt8] = [8]
    var start = 0
    while start < bytes.count {
      let stop = min(start + 255, bytes.count)
      result.append(UInt8(stop - start))
      result += bytes[start..<stop]
      start = stop
    }
    return result + [0]
  }
}
