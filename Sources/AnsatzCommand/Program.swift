import Foundation

/// This program, and others that it asks.
enum Program {
  /// The absolute path of this executable.
  static var path: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
  }

  /// The Python package beside this program's sources, or what to call it where they are not there.
  static var pythonPackage: String {
    var folder = URL(fileURLWithPath: path)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let package = folder.appendingPathComponent("python/ansatz_jupyter").path
      if FileManager.default.fileExists(atPath: package) { return package }
    }
    return "python/ansatz_jupyter (a folder of Ansatz's sources)"
  }

  /// Where compiled modules are kept between sessions.
  static var cacheFolder: String {
    "\(variable("XDG_CACHE_HOME") ?? "\(home)/.cache")/ansatz"
  }

  /// An environment variable that is set and not empty.
  static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where HOME says, as Jupyter sees it, else where the account's home is.
  static var home: String { variable("HOME") ?? NSHomeDirectory() }

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
