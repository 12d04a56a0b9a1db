import Foundation

/// An object file of the compiler, whose symbols can be read and renamed before it is linked.
///
/// All cells are one module to the compiler, so what a later cell declares anew has the symbol
/// names of what it takes the place of. The layout is that of 64-bit little-endian ELF (System V
/// ABI, chapter 4).
struct ObjectFile {
  struct Symbol {
    var name: String
    /// Where its entry lies in the file.
    fileprivate let entry: Int
    let isDefined: Bool
    /// Seen by other files, and to be defined once.
    let isStrong: Bool
    /// In bytes, of what it stands for.
    let size: Int
  }

  private var bytes: [UInt8]
  private(set) var symbols: [Symbol] = []
  private var sections: [Section] = []
  private var names = 0..<0
  private var namesHeader = 0
  private var added: [UInt8] = []

  private struct Section {
    var header: Int
    var type: Int
    var flags: Int
    var range: Range<Int>
    var link: Int
  }

  init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    bytes = [UInt8](data)
    guard bytes.count > 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
    let table = read(0x28, 8)
    let size = read(0x3A, 2)
    for index in 0..<read(0x3C, 2) {
      let header = table + index * size
      let start = read(header + 0x18, 8)
      let type = read(header + 4, 4)
      // Sections of zeros take no room in the file.
      let length = type == 8 ? 0 : read(header + 0x20, 8)
      guard start >= 0, length >= 0, start + length <= bytes.count else { return nil }
      sections.append(
        Section(
          header: header, type: type, flags: read(header + 8, 8), range: start..<start + length,
          link: read(header + 0x28, 4)))
    }
    readSymbols()
  }

  private func read(_ offset: Int, _ size: Int) -> Int {
    guard offset >= 0, offset + size <= bytes.count else { return 0 }
    return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func write(_ value: Int, at offset: Int, size: Int) {
    for place in 0..<size {
      bytes[offset + place] = UInt8(truncatingIfNeeded: value >> (8 * place))
    }
  }

  private mutating func readSymbols() {
    guard let table = sections.first(where: { $0.type == 2 }), table.link < sections.count
    else { return }
    names = sections[table.link].range
    namesHeader = sections[table.link].header
    for entry in stride(from: table.range.lowerBound, to: table.range.upperBound, by: 24) {
      let start = names.lowerBound + read(entry, 4)
      guard let end = bytes[start..<names.upperBound].firstIndex(of: 0), end > start else {
        continue
      }
      let binding = bytes[entry + 4] >> 4
      guard binding != 0 else { continue }
      symbols.append(
        Symbol(
          name: String(decoding: bytes[start..<end], as: UTF8.self), entry: entry,
          isDefined: read(entry + 6, 2) != 0, isStrong: binding == 1, size: read(entry + 16, 8)))
    }
  }

  /// Gives symbols other names; what they stand for, and references to them, go along.
  mutating func rename(_ name: (Symbol) -> String?) {
    for index in symbols.indices {
      guard let new = name(symbols[index]) else { continue }
      symbols[index].name = new
      write(names.count + added.count, at: symbols[index].entry, size: 4)
      added += Array(new.utf8) + [0]
    }
  }

  /// Undefined symbols are found in other libraries, although the compiler takes them for this
  /// module's own.
  mutating func openReferences() {
    for symbol in symbols where !symbol.isDefined { bytes[symbol.entry + 5] &= 0xFC }
  }

  /// Lets references find a function of the runner instead of the one that the file brings along.
  mutating func replace(_ name: String, byRunners other: String) {
    for symbol in symbols where symbol.name == name && symbol.isDefined {
      // An entry of a global symbol of the section 0, the undefined ones'.
      write(0x10, at: symbol.entry + 4, size: 20)
    }
    rename { $0.name == name ? other : nil }
  }

  /// Cuts the ends off constant strings, which are the names that the runtime shows for types.
  mutating func shorten(strings: [(long: String, short: String)]) {
    for section in sections where section.type == 1 && section.flags & 6 == 2 {
      for (long, short) in strings {
        let pattern = Array(long.utf8) + [0]
        var place = section.range.lowerBound
        while place + pattern.count <= section.range.upperBound {
          let isWhole = place % 4 == 0 || bytes[place - 1] == 0
          if isWhole, bytes[place..<place + pattern.count].elementsEqual(pattern) {
            for index in place + short.utf8.count..<place + pattern.count { bytes[index] = 0 }
            place += pattern.count
          } else {
            place += 1
          }
        }
      }
    }
  }

  /// The bytes of a section by name: what the compiler wrote for the linker.
  func contents(ofSection name: String) -> ArraySlice<UInt8>? {
    let labels = sections[read(0x3E, 2)].range
    for section in sections {
      let start = labels.lowerBound + read(section.header, 4)
      guard labels.contains(start), let end = bytes[start..<labels.upperBound].firstIndex(of: 0)
      else { continue }
      if bytes[start..<end].elementsEqual(name.utf8) { return bytes[section.range] }
    }
    return nil
  }

  /// Libraries that the file asks the linker for (`-lFoundation`, …).
  ///
  /// The driver runs a tool for each link to read them, which costs as much as linking a cell.
  var wantedLibraries: [String] {
    (contents(ofSection: ".swift1_autolink_entries") ?? []).split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func write(to path: String) -> Bool {
    var result = self
    if !added.isEmpty {
      // The table of names moves to the end, where there is room for more.
      let start = result.bytes.count
      result.bytes += bytes[names] + added
      result.write(start, at: namesHeader + 0x18, size: 8)
      result.write(names.count + added.count, at: namesHeader + 0x20, size: 8)
    }
    return FileManager.default.createFile(atPath: path, contents: Data(result.bytes))
  }
}
