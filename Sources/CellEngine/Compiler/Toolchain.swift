import Foundation

/// A Swift toolchain on this machine.
public struct Toolchain: Sendable, Hashable {
  /// The `usr` folder.
  public let root: String
  /// The compiler's version, such as `6.3.1`.
  public let version: String

  var sourceKit: String { "\(root)/lib/libsourcekitdInProc.so" }
  var linker: String { "\(root)/bin/ld.lld" }
  var symbolizer: String { "\(root)/bin/llvm-symbolizer" }
  var libraries: String { "\(root)/lib/swift/linux" }
  var plugins: String { "\(root)/lib/swift/host/plugins" }
  var pluginServer: String { "\(root)/lib/swift/host/libSwiftInProcPluginServer.so" }

  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #else
      #error("cells are not known to work on this processor")
    #endif
  }

  var startObject: String { "\(libraries)/\(Toolchain.architecture)/swiftrt.o" }

  /// The toolchain that `swiftc` on PATH belongs to.
  public static func onPath() throws -> Toolchain {
    let query = Process()
    query.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    query.arguments = ["swiftc", "-print-target-info"]
    let output = Pipe()
    query.standardOutput = output
    query.standardError = FileHandle.nullDevice
    query.standardInput = FileHandle.nullDevice
    do { try query.run() } catch { throw ToolchainError.notFound }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    query.waitUntilExit()
    struct Information: Decodable {
      struct Paths: Decodable { var runtimeResourcePath: String }
      var compilerVersion: String
      var paths: Paths
    }
    guard let information = try? JSONDecoder().decode(Information.self, from: data) else {
      throw ToolchainError.notFound
    }
    let root = URL(fileURLWithPath: information.paths.runtimeResourcePath)
      .deletingLastPathComponent().deletingLastPathComponent().path
    let words = information.compilerVersion.split(separator: " ")
    let place = words.firstIndex(of: "version").map { words.index(after: $0) }
    let version = place.flatMap { words.indices.contains($0) ? String(words[$0]) : nil }
    return Toolchain(root: root, version: version ?? "unknown")
  }

  /// The toolchain of this program: the one recorded in the environment at install time
  /// (`ANSATZ_TOOLCHAIN`) while it is still there, else the one on PATH.
  public static func current() throws -> Toolchain {
    if let recorded = ProcessInfo.processInfo.environment["ANSATZ_TOOLCHAIN"] {
      let parts = recorded.split(separator: "@", maxSplits: 1).map(String.init)
      let toolchain = Toolchain(root: parts[0], version: parts.count > 1 ? parts[1] : "unknown")
      if (try? toolchain.verify()) != nil { return toolchain }
    }
    return try onPath()
  }

  /// Refuses a toolchain that lacks a part that cells need.
  public func verify() throws {
    for path in [sourceKit, linker, startObject] where !FileManager.default.fileExists(atPath: path)
    {
      throw ToolchainError.incomplete(path)
    }
  }
}

/// What is wrong with the toolchain, and what to do.
public enum ToolchainError: Error, CustomStringConvertible, Sendable {
  case notFound
  case incomplete(String)

  public var description: String {
    switch self {
    case .notFound:
      "no Swift toolchain: 'swiftc -print-target-info' failed; install Swift 6.3 from swift.org and"
        + " put its usr/bin on PATH"
    case .incomplete(let path):
      "the Swift toolchain lacks \(path); install the full toolchain from swift.org, not a slim one"
    }
  }
}
