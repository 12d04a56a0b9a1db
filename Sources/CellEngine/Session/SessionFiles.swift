import Foundation

/// Where a session keeps its files.
struct SessionFiles: Sendable {
  /// The cells' own folder; goes with the session.
  let folder: String
  /// Compiled clang modules: large, slow to make, the same for all sessions of a toolchain.
  let moduleCache: String
  /// The runtime's modules, beside the executable that is linked with them.
  let runtimeModules: String
  /// Libraries that every cell may need.
  let preload: [String]

  init(toolchain: Toolchain, executable: String) throws {
    let manager = FileManager.default
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(temporary)/ansatz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw SessionError.cannotStart(
        "no folder can be made in \(temporary); set TMPDIR to one that can be written")
    }
    folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    let cache = SessionFiles.cacheFolder(fallback: folder)
    moduleCache = "\(cache)/modules-\(toolchain.version)"
    try? manager.createDirectory(atPath: moduleCache, withIntermediateDirectories: true)
    runtimeModules =
      URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("Modules")
      .path
    preload = ["libswiftSwiftOnoneSupport.so", "libswift_StringProcessing.so", "libswiftGlibc.so"]
      .map { "\(toolchain.libraries)/\($0)" }
  }

  /// The user's cache folder, or a folder of the session where that cannot be written.
  static func cacheFolder(fallback: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    let base =
      environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { "\($0)/.cache" } ?? fallback
    let folder = "\(base)/ansatz"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return access(folder, W_OK) == 0 ? folder : fallback
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
