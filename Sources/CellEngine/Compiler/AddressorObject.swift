import Foundation

/// An object file of functions that return the address of a symbol each.
///
/// The compiler calls such a function, an addressor, for a variable of another file; but a
/// script's variables, as those of cells are, have none.
struct AddressorObject {
  struct Function {
    var name: String
    /// The symbol; `nil` for a variable without storage, whose address is never looked at.
    var target: String?
    /// Whether the symbol may be a buffer that points to the value (``ValueBuffer``).
    var isInBuffer = false

    var symbols: [String] {
      [target, isInBuffer ? ValueBuffer.projection : nil].compactMap { $0 }
    }
  }

  var functions: [Function]

  /// Instructions, and the places in them that the linker fills in.
  private struct Code {
    var bytes: [UInt8]
    /// The symbol is the target, 0, or the function that finds a value in a buffer, 1.
    var places: [(offset: Int, symbol: Int, type: Int, addend: Int)]
  }

  #if arch(arm64)
    private static let machine = 183
    private static func code(for function: Function) -> Code {
      // adr x0, .; ret
      if function.target == nil {
        return Code(bytes: [0, 0, 0, 0x10, 0xC0, 0x03, 0x5F, 0xD6], places: [])
      }
      // adrp x0, :got:symbol; ldr x0, [x0, :got_lo12:symbol]
      var code = Code(
        bytes: [0, 0, 0, 0x90, 0, 0, 0x40, 0xF9], places: [(0, 0, 311, 0), (4, 0, 312, 0)])
      if function.isInBuffer {
        // adrp x16, :got:projection; ldr x16, [x16, :got_lo12:projection]; br x16
        code.bytes += [0x10, 0, 0, 0x90, 0x10, 0x02, 0x40, 0xF9, 0x00, 0x02, 0x1F, 0xD6]
        code.places += [(8, 1, 311, 0), (12, 1, 312, 0)]
      } else {
        code.bytes += [0xC0, 0x03, 0x5F, 0xD6]  // ret
      }
      return code
    }
  #else
    private static let machine = 62
    private static func code(for function: Function) -> Code {
      // leaq (%rip), %rax; ret
      if function.target == nil {
        return Code(bytes: [0x48, 0x8D, 0x05, 0, 0, 0, 0, 0xC3], places: [])
      }
      // movq symbol@GOTPCREL(%rip), %rdi; jmpq *projection@GOTPCREL(%rip)
      if function.isInBuffer {
        return Code(
          bytes: [0x48, 0x8B, 0x3D, 0, 0, 0, 0, 0xFF, 0x25, 0, 0, 0, 0],
          places: [(3, 0, 9, -4), (9, 1, 9, -4)])
      }
      // movq symbol@GOTPCREL(%rip), %rax; ret
      return Code(bytes: [0x48, 0x8B, 0x05, 0, 0, 0, 0, 0xC3], places: [(3, 0, 9, -4)])
    }
  #endif

  /// The file, in the layout of 64-bit little-endian ELF (System V ABI, chapter 4).
  var bytes: [UInt8] {
    var text: [UInt8] = []
    var relocations: [UInt8] = []
    var strings: [UInt8] = [0]
    // The first symbol is empty.
    var symbols = [UInt8](repeating: 0, count: 24)
    func add(_ symbol: String, info: Int, other: Int, section: Int, value: Int, size: Int) {
      symbols += [strings.count].flatMap { little($0, 4) } + [UInt8(info), UInt8(other)]
      symbols += little(section, 2) + little(value, 8) + little(size, 8)
      strings += Array(symbol.utf8) + [0]
    }
    for function in functions {
      let code = AddressorObject.code(for: function)
      let index = symbols.count / 24
      // A hidden function: each library has its own.
      add(
        function.name, info: 0x12, other: 2, section: 1, value: text.count, size: code.bytes.count)
      for symbol in function.symbols {
        add(symbol, info: 0x10, other: 0, section: 0, value: 0, size: 0)
      }
      for place in code.places {
        relocations += little(text.count + place.offset, 8)
        relocations += little((index + 1 + place.symbol) << 32 | place.type, 8)
        relocations += little(place.addend, 8)
      }
      text += code.bytes
    }
    let labels = Array("\0.text\0.rela.text\0.symtab\0.strtab\0.note.GNU-stack\0".utf8)
    func label(_ name: String) -> Int {
      let pattern = Array(name.utf8) + [0]
      return (1..<labels.count - pattern.count + 1).first {
        labels[$0 - 1] == 0 && labels[$0..<$0 + pattern.count].elementsEqual(pattern)
      } ?? 0
    }
    strings += labels
    let labelBase = strings.count - labels.count
    var file = [UInt8](repeating: 0, count: 64)
    var headers = [UInt8](repeating: 0, count: 64)
    func section(
      _ name: String, type: Int, flags: Int, _ content: [UInt8], link: Int = 0, info: Int = 0,
      entry: Int = 0
    ) {
      while file.count % 16 != 0 { file.append(0) }
      headers += little(labelBase + label(name), 4) + little(type, 4) + little(flags, 8)
      headers += little(0, 8) + little(file.count, 8) + little(content.count, 8)
      headers += little(link, 4) + little(info, 4) + little(type == 1 ? 16 : 8, 8)
      headers += little(entry, 8)
      file += content
    }
    section(".text", type: 1, flags: 6, text)
    section(".rela.text", type: 4, flags: 0x40, relocations, link: 3, info: 1, entry: 24)
    section(".symtab", type: 2, flags: 0, symbols, link: 4, info: 1, entry: 24)
    section(".strtab", type: 3, flags: 0, strings)
    section(".note.GNU-stack", type: 1, flags: 0, [])
    while file.count % 16 != 0 { file.append(0) }
    var head: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    head += little(1, 2) + little(AddressorObject.machine, 2) + little(1, 4) + little(0, 8)
    head += little(0, 8) + little(file.count, 8) + little(0, 4) + little(64, 2) + little(0, 4)
    head += little(64, 2) + little(6, 2) + little(4, 2)
    file.replaceSubrange(0..<64, with: head)
    return file + headers
  }

  private func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  func write(to path: String) -> Bool {
    FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }
}
