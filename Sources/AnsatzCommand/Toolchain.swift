import Foundation

/// A Swift toolchain.
struct Toolchain: Equatable {
  /// Its `usr` folder.
  var root: String
  /// For example `6.3.1`.
  var version: String

  /// The toolchain whose `swiftc` is first on PATH.
  ///
  /// The compiler is asked, rather than PATH followed, because version managers put shims there.
  static func onPath() throws -> Toolchain {
    guard let output = try? Program.output(of: ["swiftc", "-print-target-info"]),
      let info = try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any],
      let paths = info["paths"] as? [String: Any],
      let resources = paths["runtimeResourcePath"] as? String,
      let banner = info["compilerVersion"] as? String
    else {
      throw CommandFailure(
        "no working swiftc on PATH; put the 'usr/bin' folder of a Swift 6.3 toolchain on PATH")
    }
    let root = URL(fileURLWithPath: resources).deletingLastPathComponent()
      .deletingLastPathComponent()
    return Toolchain(root: root.resolvingSymlinksInPath().path, version: version(in: banner))
  }

  /// The `usr` folder of the toolchain whose standard library this program runs on.
  static var rootInUse: String? {
    let suffix = "/lib/swift/linux/libswiftCore.so"
    return Program.loadedLibraries.first { $0.hasSuffix(suffix) }.map {
      String($0.dropLast(suffix.count))
    }
  }

  /// `6.3.1` in `Swift version 6.3.1 (swift-6.3.1-RELEASE)`.
  private static func version(in banner: String) -> String {
    let words = banner.split(separator: " ")
    let numeral = words.first { $0.first?.isNumber == true }
    return numeral.map(String.init) ?? banner
  }
}
