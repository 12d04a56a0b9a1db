import ArgumentParser
import CellEngine
import Foundation

/// A kernelspec to be written: `kernelspec/kernel.json` filled in, and the logos.
struct Kernelspec {
  var displayName: String
  /// The absolute path of this program.
  var executable: String
  /// The toolchain found through PATH; cells are compiled with it.
  var toolchain: Toolchain

  static func validate(name: String) throws {
    let allowed = name.utf8.allSatisfy { byte in
      switch UInt8(byte) {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard allowed, !name.isEmpty, name != ".", name != ".." else {
      throw ValidationError(
        "--name '\(name)' is no kernel name; use letters, digits, '-', '_' and '.'.")
    }
  }

  /// Writes the kernelspec so that a reader finds the old one or the new one, never half of one:
  /// a folder counts as a kernelspec once it holds `kernel.json`, which is replaced at once.
  func write(to folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let logos = [
        "logo-32x32.png": PackageResources.logo_32x32_png,
        "logo-64x64.png": PackageResources.logo_64x64_png,
        "logo-svg.svg": PackageResources.logo_svg_svg,
      ]
      for (name, bytes) in logos {
        try Data(bytes).write(to: folder.appendingPathComponent(name), options: .atomic)
      }
      try description().write(to: folder.appendingPathComponent("kernel.json"), options: .atomic)
    } catch {
      throw CommandFailure(
        "cannot write to \(folder.path): \(CommandFailure.reason(error)); "
          + "choose another place with --prefix FOLDER, --sys-prefix or --user")
    }
  }

  private func description() throws -> Data {
    let template = try JSONSerialization.jsonObject(with: Data(PackageResources.kernel_json))
    guard var json = template as? [String: Any], let arguments = json["argv"] as? [String] else {
      throw CommandFailure("kernelspec/kernel.json has no argv")
    }
    json["argv"] = arguments.map { $0 == "{executable}" ? executable : $0 }
    json["display_name"] = displayName
    var variables = json["env"] as? [String: String] ?? [:]
    variables["ANSATZ_TOOLCHAIN"] = "\(toolchain.root)@\(toolchain.version)"
    json["env"] = variables
    var metadata = json["metadata"] as? [String: Any] ?? [:]
    metadata["ansatz"] = [
      "version": ansatzVersion, "toolchain": toolchain.root, "swift": toolchain.version,
    ]
    json["metadata"] = metadata
    let layout: JSONSerialization.WritingOptions = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    return try JSONSerialization.data(withJSONObject: json, options: layout) + Data("\n".utf8)
  }
}
