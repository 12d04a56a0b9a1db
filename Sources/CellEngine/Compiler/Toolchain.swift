import Foundation
import Glibc

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
    try asking(["/usr/bin/env", "swiftc"])
  }

  /// The toolchain whose `usr` folder is `root`.
  public static func at(_ root: String) throws -> Toolchain {
    guard access("\(root)/bin/swiftc", X_OK) == 0 else {
      throw ToolchainError.incomplete("\(root)/bin/swiftc")
    }
    return try asking(["\(root)/bin/swiftc"])
  }

  private static func asking(_ compiler: [String]) throws -> Toolchain {
    let query = Process()
    query.executableURL = URL(fileURLWithPath: compiler[0])
    query.arguments = compiler.dropFirst() + ["-print-target-info"]
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

  /// The folder whose `lib/swift/linux` holds the standard library that this program runs on: the
  /// `usr` folder of a toolchain, or libraries that were kept of one (``KeptLibraries``).
  public static let inUse: String? = {
    let suffix = "/lib/swift/linux/libswiftCore.so"
    return LoadedLibraries.paths.first { $0.hasSuffix(suffix) }.map {
      String($0.dropLast(suffix.count))
    }
  }()

  /// The toolchain that cells are compiled with: the one recorded at install time
  /// (`ANSATZ_TOOLCHAIN`) while it is still there, else the one whose standard library this program
  /// runs on, else, when that is gone, one of the same version on PATH.
  public static func current() throws -> Toolchain {
    if let recorded = ProcessInfo.processInfo.environment["ANSATZ_TOOLCHAIN"] {
      let parts = recorded.split(separator: "@", maxSplits: 1).map(String.init)
      if let root = parts.first {
        let toolchain = Toolchain(root: root, version: parts.count > 1 ? parts[1] : "unknown")
        if (try? toolchain.verify()) != nil { return toolchain }
      }
    }
    if let inUse, let toolchain = try? at(inUse), (try? toolchain.verify()) != nil {
      return toolchain
    }
    guard let origin = KeptLibraries.origin else { return try onPath() }
    guard let found = try? onPath() else {
      throw ToolchainError.gone(origin.root, version: origin.version, found: nil)
    }
    guard found.version == origin.version else {
      throw ToolchainError.gone(origin.root, version: origin.version, found: found.version)
    }
    return found
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
  /// The toolchain that the program was built with is gone; what is on PATH instead.
  case gone(String, version: String, found: String?)

  public var description: String {
    switch self {
    case .notFound:
      "no Swift toolchain: 'swiftc -print-target-info' failed; install Swift 6.3 from swift.org and"
        + " put its usr/bin on PATH"
    case .incomplete(let path):
      "the Swift toolchain lacks \(path); install the full toolchain from swift.org, not a slim one"
    case .gone(let root, let version, let found):
      "the toolchain that this program was built with, \(root) (Swift \(version)), is gone"
        + (found.map { ", and PATH has Swift \($0): build again with 'make kernel'" }
          ?? ": put the usr/bin of a Swift \(version) toolchain on PATH")
    }
  }
}
