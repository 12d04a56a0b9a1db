// Just enough of the zip format (PKWARE APPNOTE 6.3) for NumPy's archives, and the decoder of
// DEFLATE (RFC 1951): no dependency for two hundred lines.

private let crcTable: [UInt32] = (0..<256).map { n in
  (0..<8).reduce(UInt32(n)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~UInt32(0)) { crcTable[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
}

func zipArchive(_ members: [(String, [UInt8])]) -> [UInt8] {
  var out: [UInt8] = []
  var directory: [UInt8] = []
  for (name, bytes) in members {
    let offset = out.count
    // version 2.0, no flags, stored, 1 January 1980
    let common =
      [20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + littleEndian(Int(crc32(bytes)), 4)
      + littleEndian(bytes.count, 4) + littleEndian(bytes.count, 4)
      + littleEndian(name.utf8.count, 2) + [0, 0]
    out += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + bytes
    directory +=
      [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
      + littleEndian(offset, 4) + Array(name.utf8)
  }
  let start = out.count
  out += directory
  out +=
    [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(members.count, 2)
    + littleEndian(members.count, 2) + littleEndian(directory.count, 4) + littleEndian(start, 4)
    + [0, 0]
  return out
}

/// The members of an archive, found through its directory at the end.
func zipMembers(_ bytes: [UInt8], _ path: String) throws(TensorFileError) -> [(String, [UInt8])] {
  func failure(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
  guard bytes.count >= 22 else { throw failure("is not a zip archive") }
  var end = bytes.count - 22
  while !(bytes[end] == 0x50 && bytes[end + 1] == 0x4B && bytes[end + 2] == 5
    && bytes[end + 3] == 6)
  {
    guard end > 0 else { throw failure("is not a zip archive") }
    end -= 1
  }
  let count = integer(bytes[(end + 10)..<(end + 12)])
  var at = integer(bytes[(end + 16)..<(end + 20)])
  var members: [(String, [UInt8])] = []
  for _ in 0..<count {
    guard at + 46 <= bytes.count else { throw failure("has a broken directory") }
    let method = integer(bytes[(at + 10)..<(at + 12)])
    let packed = integer(bytes[(at + 20)..<(at + 24)])
    let size = integer(bytes[(at + 24)..<(at + 28)])
    let nameLength = integer(bytes[(at + 28)..<(at + 30)])
    let extra = integer(bytes[(at + 30)..<(at + 32)]) + integer(bytes[(at + 32)..<(at + 34)])
    let local = integer(bytes[(at + 42)..<(at + 46)])
    guard at + 46 + nameLength <= bytes.count, local + 30 <= bytes.count else {
      throw failure("has a broken directory")
    }
    let name = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
    let data =
      local + 30 + integer(bytes[(local + 26)..<(local + 28)])
      + integer(bytes[(local + 28)..<(local + 30)])
    guard data + packed <= bytes.count else { throw failure("is cut off in \(name)") }
    let slice = Array(bytes[data..<(data + packed)])
    switch method {
    case 0: members.append((name, slice))
    case 8:
      guard let inflated = inflate(slice, size) else { throw failure("is damaged in \(name)") }
      members.append((name, inflated))
    default: throw failure("uses compression \(method), which is not read")
    }
    at += 46 + nameLength + extra
  }
  return members
}

/// A canonical Huffman code: symbols in order of length, and how many have each.
private struct Huffman {
  var counts = [Int](repeating: 0, count: 16)
  var symbols: [Int] = []

  init(_ lengths: [Int]) {
    for length in lengths where length > 0 { counts[length] += 1 }
    for length in 1..<16 {
      for (symbol, own) in lengths.enumerated() where own == length { symbols.append(symbol) }
    }
  }
}

private struct BitReader {
  let bytes: [UInt8]
  var position = 0
  var buffer = 0
  var available = 0
  var isBroken = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func bits(_ count: Int) -> Int {
    while available < count {
      guard position < bytes.count else {
        isBroken = true
        return 0
      }
      buffer |= Int(bytes[position]) << available
      position += 1
      available += 8
    }
    defer {
      buffer >>= count
      available -= count
    }
    return buffer & ((1 << count) - 1)
  }

  mutating func symbol(_ code: Huffman) -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1..<16 {
      value |= bits(1)
      let count = code.counts[length]
      if value - first < count { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    isBroken = true
    return 256
  }
}

/// Decodes DEFLATE; `nil` if the bytes are damaged or do not give `size` bytes.
func inflate(_ bytes: [UInt8], _ size: Int) -> [UInt8]? {
  let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]
  var reader = BitReader(bytes)
  var out: [UInt8] = []
  out.reserveCapacity(Swift.min(size, bytes.count * 1032))
  var isLast = false
  while !isLast && !reader.isBroken {
    isLast = reader.bits(1) == 1
    var literals = Huffman([]), distances = Huffman([])
    switch reader.bits(2) {
    case 0:
      _ = reader.bits(reader.available % 8)
      let count = reader.bits(16)
      _ = reader.bits(16)
      for _ in 0..<count where !reader.isBroken { out.append(UInt8(reader.bits(8))) }
      continue
    case 1:
      literals = Huffman(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
      distances = Huffman([Int](repeating: 5, count: 30))
    case 2:
      let (a, b, c) = (reader.bits(5) + 257, reader.bits(5) + 1, reader.bits(4) + 4)
      let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
      var lengths = [Int](repeating: 0, count: 19)
      for i in 0..<c { lengths[order[i]] = reader.bits(3) }
      let code = Huffman(lengths)
      var all: [Int] = []
      while all.count < a + b && !reader.isBroken {
        switch reader.symbol(code) {
        case let length where length < 16: all.append(length)
        case 16:
          guard let last = all.last else { return nil }
          all += [Int](repeating: last, count: 3 + reader.bits(2))
        case 17: all += [Int](repeating: 0, count: 3 + reader.bits(3))
        default: all += [Int](repeating: 0, count: 11 + reader.bits(7))
        }
      }
      guard all.count == a + b else { return nil }
      literals = Huffman(Array(all[..<a]))
      distances = Huffman(Array(all[a...]))
    default: return nil
    }
    while !reader.isBroken {
      let symbol = reader.symbol(literals)
      if symbol < 256 {
        out.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { break }
      let i = symbol - 257
      guard i < 29 else { return nil }
      let length = lengthBase[i] + reader.bits(i < 8 || i == 28 ? 0 : (i - 4) / 4)
      let d = reader.symbol(distances)
      guard d < 30 else { return nil }
      let distance = distanceBase[d] + reader.bits(d < 4 ? 0 : (d - 2) / 2)
      guard distance <= out.count, out.count + length <= size else { return nil }
      for _ in 0..<length { out.append(out[out.count - distance]) }
    }
  }
  return reader.isBroken || out.count != size ? nil : out
}
