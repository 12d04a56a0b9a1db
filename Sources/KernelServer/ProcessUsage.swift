import Display
import Glibc
import Synchronization

/// Measures processes by what the kernel of the machine tells in `/proc`.
final class ProcessUsage: Sendable {
  private struct Sample {
    var ticks: [Int32: Int] = [:]
    var hostBusy = 0
    var hostTotal = 0
    var time = 0.0
  }

  private let last = Mutex(Sample())

  /// The content of a `usage_reply` about `processes`; CPU shares are those since the last call.
  func content(of processes: [Int32]) -> JSONValue {
    let host = Self.hostTicks()
    var now = Sample(hostBusy: host.busy, hostTotal: host.total, time: Self.seconds)
    for process in processes { now.ticks[process] = Self.ticks(of: process) }
    let before = last.withLock { last in
      defer { last = now }
      return last
    }
    var content: JSONValue = [
      "hostname": .string(Self.hostName), "pid": .integer(Int(getpid())),
      "kernel_cpu": .number(Self.share(of: now, since: before)),
      "kernel_memory": .integer(processes.map(Self.memory).reduce(0, +)),
      "cpu_count": .integer(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      "host_virtual_memory": Self.hostMemory(),
    ]
    let passed = now.hostTotal - before.hostTotal
    if before.hostTotal > 0 && passed > 0 {
      let busy = Double(now.hostBusy - before.hostBusy) / Double(passed)
      content["host_cpu_percent"] = .number((busy * 1000).rounded() / 10)
    } else {
      content["host_cpu_percent"] = 0.0
    }
    return content
  }

  /// Percent of one processor.
  private static func share(of now: Sample, since before: Sample) -> Double {
    let passed = now.time - before.time
    guard before.time > 0, passed > 0 else { return 0 }
    let ticks = now.ticks.map { process, ticks in
      ticks - (before.ticks[process] ?? 0)
    }.reduce(0, +)
    let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    return (max(0, Double(ticks)) / perSecond / passed * 1000).rounded() / 10
  }

  private static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Time a process spent on processors, in clock ticks.
  private static func ticks(of process: Int32) -> Int {
    // The program's name, in parentheses, may hold anything; fields are counted after it.
    let fields = text(of: "/proc/\(process)/stat").split(separator: ")").last?
      .split(separator: " ")
    guard let fields, fields.count > 12 else { return 0 }
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }

  /// Bytes of memory, pages shared among processes counted in proportion.
  private static func memory(of process: Int32) -> Int {
    let summary = table(of: "/proc/\(process)/smaps_rollup")
    if let proportional = summary["Pss"] { return proportional }
    return table(of: "/proc/\(process)/status")["VmRSS"] ?? 0
  }

  private static func hostTicks() -> (busy: Int, total: Int) {
    let line = text(of: "/proc/stat").split(separator: "\n").first ?? ""
    let ticks = line.split(separator: " ").dropFirst().compactMap { Int($0) }
    guard ticks.count >= 5 else { return (0, 0) }
    let total = ticks.prefix(8).reduce(0, +)
    return (total - ticks[3] - ticks[4], total)
  }

  private static func hostMemory() -> JSONValue {
    let table = table(of: "/proc/meminfo")
    let total = table["MemTotal"] ?? 0
    let available = table["MemAvailable"] ?? 0
    let free = table["MemFree"] ?? 0
    let cached = (table["Cached"] ?? 0) + (table["SReclaimable"] ?? 0)
    let buffers = table["Buffers"] ?? 0
    let percent = total > 0 ? Double(total - available) / Double(total) * 100 : 0
    return [
      "total": .integer(total), "available": .integer(available), "free": .integer(free),
      "used": .integer(max(0, total - free - cached - buffers)), "cached": .integer(cached),
      "buffers": .integer(buffers), "shared": .integer(table["Shmem"] ?? 0),
      "percent": .number((percent * 10).rounded() / 10),
    ]
  }

  /// Lines of the form `Name:  123 kB`, in bytes.
  private static func table(of path: String) -> [String: Int] {
    var table: [String: Int] = [:]
    for line in text(of: path).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 2, let value = Int(fields[1]), fields[0].hasSuffix(":") else {
        continue
      }
      table[String(fields[0].dropLast())] = fields.count > 2 ? value * 1024 : value
    }
    return table
  }

  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 8192)
    while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
