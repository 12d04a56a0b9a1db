import Foundation

/// Copies of the toolchain's libraries beside this program.
///
/// The program is linked with libraries of a toolchain. Without them the loader would end it before
/// it can say what is wrong, so `ansatz install` keeps copies, in a folder in which the loader looks
/// last. With them, a toolchain of the same version in another place serves as well.
public enum KeptLibraries {
  /// The folder of the copies, which has the structure of a toolchain's `usr`.
  static var folder: String {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return program.deletingLastPathComponent().appendingPathComponent("libraries").path
  }

  /// The toolchain that the libraries were taken from, when this program runs on the copies.
  public static var origin: Toolchain? {
    guard let inUse = Toolchain.inUse,
      URL(fileURLWithPath: inUse).resolvingSymlinksInPath().path == folder,
      let note = try? String(contentsOfFile: "\(inUse)/origin", encoding: .utf8)
    else { return nil }
    let lines = note.split(separator: "\n").map(String.init)
    return lines.count == 2 ? Toolchain(root: lines[0], version: lines[1]) : nil
  }

  /// Copies what this program needs of `toolchain`; what is there already is left alone.
  public static func update(from toolchain: Toolchain) throws {
    guard Toolchain.inUse == toolchain.root else { return }
    let manager = FileManager.default
    for part in ["linux", "host"] {
      let source = "\(toolchain.root)/lib/swift/\(part)"
      let target = "\(folder)/lib/swift/\(part)"
      try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
      for library in loaded(from: source) {
        let name = URL(fileURLWithPath: library).lastPathComponent
        let (old, new) = ("\(target)/\(name)", library)
        if manager.contentsEqual(atPath: old, andPath: new) { continue }
        try? manager.removeItem(atPath: old)
        try manager.copyItem(atPath: new, toPath: old)
      }
    }
    try "\(toolchain.root)\n\(toolchain.version)\n".write(
      toFile: "\(folder)/origin", atomically: true, encoding: .utf8)
  }

  private static func loaded(from folder: String) -> [String] {
    LoadedLibraries.paths.filter { $0.hasPrefix("\(folder)/") }
  }
}

/// The shared libraries that this process has loaded.
public enum LoadedLibraries {
  public static var paths: [String] {
    // Read to its end, since such a file says that it has no bytes.
    guard let data = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd() else {
      return []
    }
    let paths = String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { String(line[$0...]) }
    }
    return Set(paths.filter { $0.contains(".so") }).sorted()
  }
}
