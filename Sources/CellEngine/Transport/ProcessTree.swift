import Glibc

/// The processes that a session's cells have started, however they may have left their parents.
///
/// A process belongs to a session when an ancestor does or when its environment carries the
/// session's mark, which programs pass on to what they start: also to what becomes a daemon.
enum ProcessTree {
  /// The variable of the environment that carries the mark.
  static let variable = "ANSATZ_SESSION"

  /// Ends all processes below `root` and all whose mark begins with `mark`, but not `root` itself
  /// nor the caller.
  ///
  /// - Parameter isOwn: Whether the session is the caller's, so that what is older than the caller
  ///   does not belong to it and need not be looked at.
  static func end(below root: pid_t?, marked mark: String, isOwn: Bool = false) {
    let start = isOwn ? fields(of: getpid()).flatMap(startTime) ?? 0 : 0
    // What was about to start another when it was found is followed by that one.
    for _ in 0..<10 {
      let found = members(below: root, marked: mark, since: start)
      if found.isEmpty { return }
      for process in found { kill(process, SIGKILL) }
      usleep(2000)
    }
  }

  private static func members(below root: pid_t?, marked mark: String, since start: Int)
    -> [pid_t]
  {
    let all = processes(since: start)
    let needle = mark.isEmpty ? [] : Array("\(variable)=\(mark)".utf8)
    var isMember: Set<pid_t> = root.map { [$0] } ?? []
    if !needle.isEmpty {
      for process in all where process.id != getpid() {
        if environment(of: process.id, contains: needle) { isMember.insert(process.id) }
      }
    }
    var children: [pid_t: [pid_t]] = [:]
    for process in all { children[process.parent, default: []].append(process.id) }
    var waiting = Array(isMember)
    while let next = waiting.popLast() {
      for child in children[next] ?? [] where isMember.insert(child).inserted {
        waiting.append(child)
      }
    }
    let alive = Set(all.map(\.id))
    return isMember.filter { $0 != root && $0 != getpid() && alive.contains($0) }
  }

  /// All processes but those that only wait for their parent to take notice of their end.
  private static func processes(since start: Int) -> [(id: pid_t, parent: pid_t)] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [(pid_t, pid_t)] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let id = pid_t(name), let fields = fields(of: id), fields[0].first != UInt8(ascii: "Z"),
        let began = startTime(fields), began >= start,
        let parent = pid_t(String(decoding: fields[1], as: UTF8.self))
      else { continue }
      found.append((id, parent))
    }
    return found
  }

  /// What `/proc` says of a process, from its state on.
  private static func fields(of id: pid_t) -> [ArraySlice<UInt8>]? {
    guard let text = read("/proc/\(id)/stat"), let end = text.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
    return fields.count > 19 ? fields : nil
  }

  /// In ticks since the machine's start.
  private static func startTime(_ fields: [ArraySlice<UInt8>]) -> Int? {
    Int(String(decoding: fields[19], as: UTF8.self))
  }

  private static func environment(of process: pid_t, contains needle: [UInt8]) -> Bool {
    guard let text = read("/proc/\(process)/environ") else { return false }
    return text.split(separator: 0).contains { $0.starts(with: needle) }
  }

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 8192)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
