import Display
import Foundation

/// A place in a cell's source.
struct SourceFrame: Hashable {
  var module: String
  var line: Int
  var column: Int
  var function: String

  /// Whether it is among the statements of a cell, in a closure there at most.
  var isTopLevel: Bool {
    function == "top level" || function.contains("closure #") && !function.contains(" in ")
  }
}

/// Finds the source lines of addresses, with the toolchain's symbolizer.
struct Symbolizer {
  let toolchain: Toolchain

  /// - Parameter frames: `image`, `offset` and `symbol` of each frame, innermost first.
  /// - Returns: The frames in cells, inlined ones too, innermost first; and the runtime's name for
  ///   the failure, if its code has one.
  func resolve(_ frames: JSONValue) -> (frames: [SourceFrame], failure: String?) {
    var resolved: [SourceFrame] = []
    var failure: String?
    let all = frames.arrayValue ?? []
    var byImage: [String: [Int]] = [:]
    for (index, frame) in all.enumerated() {
      guard let image = frame["image"]?.stringValue, isCell(image) else { continue }
      byImage[image, default: []].append(index)
    }
    var symbols: [Int: [JSONValue]] = [:]
    for (image, indices) in byImage {
      let offsets = indices.map { "0x" + String(all[$0]["offset"]?.intValue ?? 0, radix: 16) }
      let (_, output) = Subprocess.run(
        [toolchain.symbolizer, "--output-style=JSON", "--obj=\(image)"] + offsets)
      guard let answer = try? JSONValue(parsing: output) else { continue }
      for (index, entry) in zip(indices, answer.arrayValue ?? []) {
        symbols[index] = entry["Symbol"]?.arrayValue
      }
    }
    for index in all.indices {
      let module = URL(fileURLWithPath: all[index]["image"]?.stringValue ?? "")
        .deletingPathExtension().lastPathComponent
      for symbol in symbols[index] ?? [] {
        let name = symbol["FunctionName"]?.stringValue ?? ""
        if index == 0, failure == nil, name.hasPrefix("Swift runtime failure: ") {
          failure = String(name.dropFirst("Swift runtime failure: ".count))
        }
        let file = symbol["FileName"]?.stringValue ?? ""
        let line = symbol["Line"]?.intValue ?? 0
        guard line > 0, file.hasSuffix("]"), !name.hasPrefix("Swift runtime failure") else {
          continue
        }
        resolved.append(
          SourceFrame(
            module: module, line: line, column: symbol["Column"]?.intValue ?? 0,
            function: Symbolizer.readable(name, module: module)))
      }
    }
    return (resolved, failure)
  }

  private func isCell(_ image: String) -> Bool {
    image.hasSuffix(".so")
      && URL(fileURLWithPath: image).lastPathComponent.hasPrefix("Cell")
  }

  /// `fact(Swift.Int) -> Swift.Int` from a mangled name.
  static func readable(_ name: String, module: String) -> String {
    if name == "\(module)_main" || name.isEmpty { return "top level" }
    guard let result = demangled(name) else { return name }
    return TypeVersion.stripped(result)
      .replacing(#/^\(\d+\) (suspend|await) resume partial function for /#, with: "")
      .replacing("\(SymbolTable.module).", with: "").replacing("Swift.", with: "")
      .replacing(#/_cell\d+_/#, with: "").replacing(" in \(SymbolTable.module)", with: "")
  }
}
