import Display
import Foundation

/// The runtime's C modules, as cells find them: there, but empty.
///
/// The compiler insists on finding every module that a module of the runtime imports, even one
/// that it imports for itself alone. With the real ones in reach, a cell could call the C functions
/// behind the runtime's back, and would pay for reading their headers.
enum HiddenModules {
  static let names = [
    "_CCellRunner", "_CConvexKernels", "_CEnvironments", "_CFixedPointKernels",
    "_CNetworkSimplex", "_COpenBLAS", "_CPangoCairo", "_CPictureCodecs", "_CRanks",
    "_CVectorKernels", "_CZlib",
  ]

  /// Writes the module map into a folder of the cache, and returns the folder.
  ///
  /// The folder is named after the modules: kernels of several versions share the cache, and each
  /// would take the other's modules away.
  static func folder(in cache: String) throws -> String {
    let text = names.map { "module \($0) {}\n" }.joined()
    let folder = URL(fileURLWithPath: cache)
      .appendingPathComponent("hidden-\(String(text.utf8.fingerprint, radix: 16))")
    let map = folder.appendingPathComponent("module.modulemap")
    // Compiled modules are as old as their map: it is left alone as long as it says the same.
    if (try? String(contentsOf: map, encoding: .utf8)) != text {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try text.write(to: map, atomically: true, encoding: .utf8)
    }
    return folder.path
  }
}
