import Foundation

/// A kernelspec that Jupyter can find.
struct InstalledKernelspec {
  var folder: URL
  var language: String
  /// The program that Jupyter starts.
  var executable: String?
  /// The toolchain's folder that `ansatz install` noted; `nil` in the kernelspecs of others.
  var toolchainRoot: String?

  var isOurs: Bool { toolchainRoot != nil }

  /// Reads the kernelspec in `folder`; `nil` when there is none.
  init?(folder: URL) {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("kernel.json")),
      let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return nil }
    self.folder = folder
    language = json["language"] as? String ?? ""
    executable = (json["argv"] as? [String])?.first
    let metadata = json["metadata"] as? [String: Any]
    let note = metadata?["ansatz"] as? [String: Any]
    toolchainRoot = note?["toolchain"] as? String
  }

  /// All kernelspecs for Swift, those that win first.
  static func all(inPythonPrefix prefix: String?) -> [InstalledKernelspec] {
    JupyterPaths.data(prefix: prefix).flatMap { data -> [InstalledKernelspec] in
      let kernels = URL(fileURLWithPath: data).appendingPathComponent("kernels")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: kernels.path)) ?? []
      return names.filter { !$0.hasPrefix(".") }.sorted().compactMap { name in
        InstalledKernelspec(folder: kernels.appendingPathComponent(name))
      }
    }
    .filter { $0.isOurs || $0.language.lowercased() == "swift" }
  }
}
