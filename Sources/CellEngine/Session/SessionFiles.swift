import Foundation
import Glibc
import Synchronization

/// Where a session keeps its files.
///
/// Its folder holds a file that is locked as long as the session lives, whichever way it ends: the
/// folders of sessions that are no more are removed by the next one.
package final class SessionFiles: Sendable {
  /// The cells' own folder; goes with the session.
  package let folder: String
  /// Compiled clang modules: large, slow to make, the same for all sessions of a toolchain.
  let moduleCache: String
  /// The runtime's modules, beside the executable that is linked with them.
  let runtimeModules: String
  /// Libraries that every cell may need.
  let preload: [String]
  private let lock: Mutex<Int32>
  private let runners = Mutex(0)
  private let removed = Mutex(false)
  private let loaded = Mutex<[String]>([])

  package init(toolchain: Toolchain, executable: String) throws {
    let manager = FileManager.default
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(temporary)/\(SessionFiles.prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw SessionError.cannotStart(
        "no folder can be made in \(temporary): \(String(cString: strerror(errno)));"
          + " set TMPDIR to one that can be written")
    }
    let room = SessionFiles.room(in: temporary)
    guard room > 1 << 20 else {
      rmdir(template)
      throw SessionError.cannotStart(
        "\(temporary) has \(room >> 10) KiB left (No space left on device); set TMPDIR to a folder"
          + " with room")
    }
    folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    lock = Mutex(SessionFiles.locked(folder))
    let cache = SessionFiles.cacheFolder(fallback: folder)
    moduleCache = "\(cache)/modules-\(toolchain.version)"
    try? manager.createDirectory(atPath: moduleCache, withIntermediateDirectories: true)
    runtimeModules =
      URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("Modules")
      .path
    preload = ["libswiftSwiftOnoneSupport.so", "libswift_StringProcessing.so", "libswiftGlibc.so"]
      .map { "\(toolchain.libraries)/\($0)" }
    startThread { SessionFiles.removeLeftovers(in: temporary) }
  }

  deinit { close(lock.withLock { $0 }) }

  private static func locked(_ folder: String) -> Int32 {
    let lock = open("\(folder)/\(lockName)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    flock(lock, LOCK_EX | LOCK_NB)
    return lock
  }

  /// Makes the folder again after something removed it; returns whether it is there.
  func remake() -> Bool {
    guard !isRemoved, mkdir(folder, 0o700) == 0 || errno == EEXIST else { return false }
    lock.withLock { lock in
      close(lock)
      lock = SessionFiles.locked(folder)
    }
    return true
  }

  /// The bytes that may still be written to the file system of `folder`.
  private static func room(in folder: String) -> UInt64 {
    var system = statvfs()
    guard statvfs(folder, &system) == 0 else { return .max }
    return UInt64(system.f_bavail) * UInt64(system.f_frsize)
  }

  /// What compiled modules may take.
  private static let moduleCacheSize: UInt64 = 100 << 20

  /// The user's cache folder, or a folder of the session where that cannot be written or is full.
  static func cacheFolder(fallback: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    let base =
      environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { "\($0)/.cache" } ?? fallback
    let folder = "\(base)/ansatz"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard access(folder, W_OK) == 0 else { return fallback }
    let isFilled = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty == false
    return isFilled || room(in: folder) > moduleCacheSize ? folder : fallback
  }

  // MARK: Processes

  /// How the marks of all processes begin that the session's cells start.
  var processMark: String { "\(folder)#" }

  /// The mark of what the cells of the next runner start.
  func newProcessMark() -> String {
    let number = runners.withLock { count in
      count += 1
      return count
    }
    return "\(processMark)\(number);"
  }

  // MARK: What is not needed any more

  /// Notes that a cell's library was loaded, and removes the texts that libraries were made of long
  /// ago: only the last ones are of use, to whoever looks for a fault.
  func noteLoaded(_ library: String) {
    let old = loaded.withLock { loaded -> String? in
      loaded.append(library)
      return loaded.count > SessionFiles.textsKept ? loaded.removeFirst() : nil
    }
    guard let stem = old.map({ String($0.dropLast(".so".count)) }), stem.hasPrefix(folder) else {
      return
    }
    unlink("\(stem).swift")
    unlink("\(stem)/main.swift")
    rmdir(stem)
  }

  private static let textsKept = 20

  // MARK: The end

  /// Whether the session has ended: what still runs must not begin anything.
  var isRemoved: Bool { removed.withLock { $0 } }

  /// Ends what cells have started, and removes the files.
  func remove() {
    removed.withLock { $0 = true }
    ProcessTree.end(below: nil, marked: processMark, isOwn: true)
    SessionFiles.remove(folder)
  }

  private static let prefix = "ansatz-"
  private static let lockName = "session"
  /// Seconds after which a folder that no session has locked yet counts as forgotten.
  private static let grace = 86_400

  /// Takes the folder away at once, and then what is in it: a process in its last moments may still
  /// be writing.
  private static func remove(_ folder: String) {
    let doomed = folder + ".removed"
    let isMoved = rename(folder, doomed) == 0
    for _ in 0..<5 {
      try? FileManager.default.removeItem(atPath: isMoved ? doomed : folder)
      if access(isMoved ? doomed : folder, F_OK) != 0 { break }
      usleep(20_000)
    }
  }

  /// Removes the folders of sessions that ended without doing so, and ends what their cells have
  /// left running.
  private static func removeLeftovers(in temporary: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let folder = "\(temporary)/\(name)"
      var status = stat()
      guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == geteuid()
      else { continue }
      let lock = open("\(folder)/\(lockName)", O_RDWR | O_CLOEXEC)
      guard lock >= 0 else {
        if time(nil) - status.st_mtim.tv_sec > grace { remove(folder) }
        continue
      }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 {
        ProcessTree.end(below: nil, marked: "\(folder)#")
        remove(folder)
      }
      close(lock)
    }
  }
}
