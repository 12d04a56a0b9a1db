import Display
import Foundation

/// Why a cell that may be right could not be compiled: something outside of it.
enum CompilerTrouble: Equatable {
  /// The session's folder was removed, as programs that tidy up do.
  case folderIsGone
  /// Nothing more can be written where the session's files are.
  case noSpace(reason: String)
  /// The compiler cannot read what it had kept of the C libraries.
  case cacheIsDamaged

  /// What is behind an answer; `nil` when it is the cell itself.
  static func behind(_ answer: JSONValue, _ files: SessionFiles) -> CompilerTrouble? {
    guard ["refused", "failed"].contains(answer["type"]?.stringValue) else { return nil }
    if access(files.folder, F_OK) != 0 { return .folderIsGone }
    if let reason = obstacle(in: files.folder) { return .noSpace(reason: reason) }
    let text = answer.text
    return signsOfDamage.contains { text.contains($0) } ? .cacheIsDamaged : nil
  }

  private static let signsOfDamage = [
    ".pcm", "missing required module", "could not build C module", "could not build module",
    "malformed or corrupted", "not a valid module file", "precompiled file",
  ]

  /// Why a file cannot be written in a folder.
  private static func obstacle(in folder: String) -> String? {
    let probe = "\(folder)/probe"
    let descriptor = open(probe, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer {
      close(descriptor)
      unlink(probe)
    }
    // As much as a cell's files take.
    let block = [UInt8](repeating: 1, count: 256 << 10)
    let count = write(descriptor, block, block.count)
    if count == block.count, fsync(descriptor) == 0 || errno == EINVAL { return nil }
    return String(cString: strerror(count < 0 ? errno : ENOSPC))
  }

  /// Mends what can be mended; returns whether it is worth trying again.
  func mend(_ files: SessionFiles) -> Bool {
    switch self {
    case .folderIsGone: return files.remake()
    case .noSpace: return false
    case .cacheIsDamaged:
      // Aside first: other kernels use it, too.
      let damaged = "\(files.moduleCache).damaged-\(getpid())"
      guard rename(files.moduleCache, damaged) == 0 else { return false }
      mkdir(files.moduleCache, 0o755)
      try? FileManager.default.removeItem(atPath: damaged)
      return true
    }
  }

  /// What to answer when it cannot be mended.
  func failure(_ files: SessionFiles) -> JSONValue {
    switch self {
    case .noSpace(let reason):
      [
        "type": "failed",
        "reason": .string(
          "nothing can be written in \(files.folder): \(reason); make room there and run the cell"
            + " again"),
      ]
    case .folderIsGone:
      [
        "type": "failed",
        "reason": .string(
          "the session's folder \(files.folder) was removed and cannot be made again: "
            + String(cString: strerror(errno))),
      ]
    case .cacheIsDamaged:
      [
        "type": "failed",
        "reason": .string(
          "the compiler's cache \(files.moduleCache) is damaged: remove it and restart the kernel"),
      ]
    }
  }
}
