import Foundation

/// Reads from an object file which libraries it asks the linker for (`-lFoundation`, …).
///
/// Swift writes them into a section of its own; the driver runs a tool for each link to read it,
/// which costs as much as linking a cell.
enum AutolinkEntries {
  static func read(fromObject path: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return data.withUnsafeBytes { entries(in: $0) }
  }

  /// The layout is that of 64-bit little-endian ELF (System V ABI, chapter 4).
  private static func entries(in bytes: UnsafeRawBufferPointer) -> [String] {
    guard bytes.count > 64, bytes[0] == 0x7F, bytes[4] == 2, bytes[5] == 1 else { return [] }
    func integer<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> Int? {
      guard offset >= 0, offset + MemoryLayout<T>.size <= bytes.count else { return nil }
      return Int(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
    guard let table = integer(0x28, UInt64.self), let size = integer(0x3A, UInt16.self),
      let count = integer(0x3C, UInt16.self), let nameIndex = integer(0x3E, UInt16.self),
      let names = integer(table + nameIndex * size + 0x18, UInt64.self)
    else { return [] }
    for index in 0..<count {
      let header = table + index * size
      guard let name = integer(header, UInt32.self),
        let start = integer(header + 0x18, UInt64.self),
        let length = integer(header + 0x20, UInt64.self), start >= 0, length >= 0,
        start + length <= bytes.count, names + name < bytes.count
      else { continue }
      let label = bytes[(names + name)...].prefix(while: { $0 != 0 })
      guard label.elementsEqual(".swift1_autolink_entries".utf8) else { continue }
      return bytes[start..<start + length].split(separator: 0).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    return []
  }
}
