internal import _CZlib

// Just enough of the zip format (PKWARE APPNOTE 6.3) for NumPy's archives.

private func checksum(_ bytes: [UInt8]) -> Int {
  bytes.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
}

func zipArchive(_ members: [(String, [UInt8])], _ path: String) throws(TensorFileError)
  -> [UInt8]
{
  let total = members.reduce(0) { $0 + $1.1.count + 2 * $1.0.utf8.count + 128 }
  guard total < Int(UInt32.max), members.count < Int(UInt16.max) else {
    throw TensorFileError(
      path: path, reason: "would hold 4 GiB or 65535 arrays; save several files, or safetensors")
  }
  var out: [UInt8] = []
  out.reserveCapacity(total)
  var directory: [UInt8] = []
  for (name, bytes) in members {
    let offset = out.count
    // version 2.0, no flags, stored, 1 January 1980
    let common =
      [20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + littleEndian(checksum(bytes), 4)
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
    guard at + 46 <= end, integer(bytes[at..<(at + 4)]) == 0x0201_4B50 else {
      throw failure("has a broken directory")
    }
    func field(_ offset: Int, _ width: Int) -> Int {
      integer(bytes[(at + offset)..<(at + offset + width)])
    }
    let (method, sum) = (field(10, 2), field(16, 4))
    let (packed, size, nameLength) = (field(20, 4), field(24, 4), field(28, 2))
    let (extra, local) = (field(30, 2) + field(32, 2), field(42, 4))
    guard at + 46 + nameLength <= end, local + 30 <= bytes.count else {
      throw failure("has a broken directory")
    }
    let name = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
    guard Swift.max(packed, size, local) < 0xFFFF_FFFF else {
      throw failure("holds more than 4 GiB in \(name), which is not read")
    }
    guard field(8, 2) & 1 == 0 else { throw failure("is encrypted in \(name)") }
    let data =
      local + 30 + integer(bytes[(local + 26)..<(local + 28)])
      + integer(bytes[(local + 28)..<(local + 30)])
    guard data + packed <= bytes.count else { throw failure("is cut off in \(name)") }
    let slice = bytes[data..<(data + packed)]
    let member: [UInt8]
    switch method {
    case 0:
      guard packed == size else { throw failure("is damaged in \(name): two sizes") }
      member = Array(slice)
    case 8:
      // No archive packs better than 1 : 1032.
      guard size <= 1040 * packed + 64, let whole = inflated(slice, size) else {
        throw failure("is damaged in \(name)")
      }
      member = whole
    default: throw failure("uses compression \(method) for \(name), which is not read")
    }
    guard checksum(member) == sum else {
      throw failure("is damaged in \(name): its bytes are not those that were written")
    }
    members.append((name, member))
    at += 46 + nameLength + extra
  }
  return members
}

/// Decodes DEFLATE (RFC 1951); `nil` if the bytes are damaged or do not give `size` bytes.
private func inflated(_ bytes: ArraySlice<UInt8>, _ size: Int) -> [UInt8]? {
  var stream = z_stream()
  let layout = Int32(MemoryLayout<z_stream>.size)
  // Minus 15: no zlib header, the largest window.
  guard inflateInit2_(&stream, -15, zlibVersion(), layout) == Z_OK else { return nil }
  defer { inflateEnd(&stream) }
  var packed = Array(bytes)
  let out = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, initialized in
    packed.withUnsafeMutableBufferPointer { from in
      stream.next_in = from.baseAddress
      stream.avail_in = UInt32(from.count)
      stream.next_out = buffer.baseAddress
      // One byte more, so that too long a member is noticed.
      stream.avail_out = UInt32(size + 1)
      let status = inflate(&stream, Z_FINISH)
      initialized = status == Z_STREAM_END ? Int(stream.total_out) : 0
    }
  }
  return out.count == size && stream.avail_in == 0 ? out : nil
}
