import Foundation

/// This program, and others that it asks.
enum Program {
  /// The absolute path of this executable.
  static var path: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
  }

  /// Where compiled modules are kept between sessions.
  static var cacheFolder: String {
    "\(variable("XDG_CACHE_HOME") ?? "\(home)/.cache")/ansatz"
  }

  /// The shared libraries that this process has loaded.
  static var loadedLibraries: [String] {
    // Read to its end, since such a file says that it has no bytes.
    guard let data = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd() else {
      return []
    }
    let paths = String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { String(line[$0...]) }
    }
    return Set(paths.filter { $0.contains(".so") }).sorted()
  }

  /// An environment variable that is set and not empty.
  static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where HOME says, as Jupyter sees it, else where the account's home is.
  static var home: String { variable("HOME") ?? NSHomeDirectory() }

  /// The `usr` folder of the toolchain whose standard library this program runs on.
  static var toolchainRoot: String? {
    let suffix = "/lib/swift/linux/libswiftCore.so"
    return loadedLibraries.first { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
  }

  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: NSString(string: path).expandingTildeInPath).standardizedFileURL.path
  }

  /// Does `work` on a thread of its own while the main thread serves the main queue, as cells
  /// expect of it, and ends the program with the status that `work` returns.
  static func runBesideMainQueue(_ work: @escaping @Sendable () -> Int32) -> Never {
    let thread = Thread { exit(work()) }
    thread.stackSize = 8 << 20
    thread.start()
    dispatchMain()
  }

  /// What a command prints, without the white space around it.
  static func output(of command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure("'\(command[0])' ended with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
