import Foundation
import Tensors
import Testing

/// Files that are damaged or that lie: each is an error that can be caught and that says what is wrong.
@Suite struct DamagedFiles {
  private func reason(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as TensorFileError {
      return error.reason
    } catch {
      return "another error: \(error)"
    }
  }

  private func says(
    _ words: String, at place: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    let found = reason(body)
    #expect(found.contains(words), sourceLocation: place)
  }

  private func npy(_ header: String, _ data: [UInt8]) -> [UInt8] {
    var text = header
    while (text.utf8.count + 11) % 64 != 0 { text += " " }
    text += "\n"
    let length = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(text.utf8) + data
  }

  private func safetensors(_ header: String, _ data: [UInt8]) -> [UInt8] {
    let length = header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
  }

  @Test func foldersAndNothing() {
    says("is a folder, not a file") { _ = try Tensor(npy: "/tmp") }
    says("is a folder, not a file") { _ = try loadNPZ("/tmp") }
    says("is a folder, not a file") { _ = try loadCSV("/tmp") }
    says("No such file") { _ = try loadIDX("/nowhere/x") }
    says("is not a regular file") { _ = try loadSafetensors("/dev/null") }
  }

  @Test func npyHeaders() throws {
    let cases: [(String, String, Int, String)] = [
      ("strings", "{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }", 32, "holds strings"),
      ("objects", "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", 16, "Python objects"),
      (
        "complex", "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", 16,
        "complex numbers"
      ),
      ("big", "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", 8, "big-endian"),
      (
        "short", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8,
        "8 bytes of elements"
      ),
      (
        "huge", "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 8,
        "shape"
      ),
      ("minus", "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", 8, "not understood"),
      (
        "letters", "{'descr': '<f4', 'fortran_order': False, 'shape': (a, 2), }", 8,
        "not understood"
      ),
      (
        "mask", "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", 2,
        "byte 7 where a mask holds 0 or 1 (element 1)"
      ),
    ]
    for (name, header, bytes, words) in cases {
      var data = [UInt8](repeating: 0, count: bytes)
      if name == "mask" { data[1] = 7 }
      let path = try scratchFile("\(name).npy", npy(header, data))
      says(words) { _ = try Tensor(npy: path) }
    }
    let path = try scratchFile(
      "empty.npy", npy("{'descr': '<f4', 'fortran_order': True, 'shape': (0, 5), }", []))
    #expect(try Tensor(npy: path).shape == [0, 5])
  }

  @Test func safetensorsHeaders() throws {
    func entry(_ type: String, _ shape: String, _ range: String) -> String {
      #"{"x":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(range)}}"#
    }
    let cases: [(String, Int, String)] = [
      (entry("F32", "[2]", "[0,8]"), 8, "no error"),
      (entry("F32", "[2]", "[0,4]"), 8, "4 bytes for x"),
      (entry("F32", "[2.5]", "[0,8]"), 8, "no shape"),
      (entry("F32", #"["2"]"#, "[0,8]"), 8, "no shape"),
      (entry("F32", "[-2]", "[0,8]"), 8, "no shape"),
      (entry("F32", "[9223372036854775807, 9223372036854775807]", "[0,8]"), 8, "no shape"),
      (entry("F32", "[281474976710655, 281474976710655]", "[0,8]"), 8, "needs others"),
      (entry("F32", "[2]", "[0,9223372036854775807]"), 8, "no bytes"),
      (entry("F32", "[2]", "[9223372036854775800,9223372036854775807]"), 8, "no bytes"),
      (entry("F32", "[2]", "[0,8,9]"), 8, "no bytes"),
      (entry("F32", "[2]", "[4,12]"), 12, "a hole before x"),
      (entry("F32", "[2]", "[0,8]"), 12, "4 bytes that belong to no tensor"),
      (entry("C64", "[1]", "[0,8]"), 8, "elements of type C64"),
      (entry("BOOL", "[2]", "[0,2]"), 2, "byte 3 where a mask"),
      (#"{"x": 5}"#, 0, "no bytes"), ("[1]", 0, "not JSON"), ("{", 0, "not JSON"),
    ]
    for (k, (header, bytes, words)) in cases.enumerated() {
      let data = [UInt8](repeating: header.contains("BOOL") ? 3 : 0, count: bytes)
      let path = try scratchFile("case\(k).safetensors", safetensors(header, data))
      says(words) { _ = try loadSafetensors(path) }
    }
    let long = try scratchFile("long.safetensors", [255, 255, 255, 255, 255, 255, 255, 127, 0])
    says("ends in its header") { _ = try loadSafetensors(long) }
  }

  /// Every bit of an archive is flipped in turn: the arrays are equal or there is an error.
  @Test func archivesWithAFlippedBit() throws {
    let x = Tensor.arange(40, dtype: .float32)
    let path = try scratchFile("whole.npz")
    try saveNPZ(["x": x, "y": x * 2], path)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    var wrong = 0
    for i in bytes.indices {
      var damaged = bytes
      damaged[i] ^= UInt8(1 << (i % 8))
      let other = try scratchFile("flipped.npz", damaged)
      guard let found = try? loadNPZ(other) else { continue }
      // A flipped bit of a name or a date changes no element.
      if !found.values.allSatisfy({ $0 == x || $0 == x * 2 }) { wrong += 1 }
    }
    #expect(wrong == 0)
    var one = bytes
    one[bytes.count / 3] ^= 1
    let other = try scratchFile("one.npz", one)
    says("is damaged in") { _ = try loadNPZ(other) }
  }

  @Test func tables() throws {
    func load(_ text: String, _ skipping: Int = 0) throws -> Tensor {
      try loadCSV(try scratchFile("table.csv", Array(text.utf8)), skipping: skipping)
    }
    #expect(try load("\u{FEFF}1,2\n3,4\n").doubles == [1, 2, 3, 4])
    #expect(try load("1,2\r\n\r\n3,4\r\n").doubles == [1, 2, 3, 4])
    #expect(try load("# note\na,b\n1,2", 2).doubles == [1, 2])
    says("line 4, column 2: \"x\" is not a number") { _ = try load("1,2\n\n\n3,x") }
    says("leave out a line of names by skipping: 1") { _ = try load("a,b\n1,2") }
    says("line 3 has 1 numbers, others 2") { _ = try load("1,2\n\n3") }
  }
}
