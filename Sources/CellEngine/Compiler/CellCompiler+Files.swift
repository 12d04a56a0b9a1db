import Foundation
import Glibc

extension CellCompiler {
  func path(_ module: String, _ suffix: String) -> String {
    "\(configuration.folder)/\(module).\(suffix)"
  }

  var earlierFile: String {
    CellCompiler.earlierFile(of: getpid(), in: configuration.folder)
  }

  /// The text of all earlier cells, as one process sees them: the one that is to replace it works in
  /// the same folder at the same time, and may know less.
  static func earlierFile(of process: pid_t, in folder: String) -> String {
    "\(folder)/earlier-\(process).swift"
  }

  func write(_ text: String, to file: String) throws {
    guard (try? Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)) != nil
    else { throw SourceKit.Failure(description: "cannot write \(file)") }
  }

  /// Imports of every file of the session, those of a cell included.
  ///
  /// Reading Foundation takes longer than the whole runtime: what the runtime adds to it comes with
  /// the first import that may bring it along.
  func imports(with own: [String] = []) -> [String] {
    ["import CellSupport", "import Ansatz"] + session.imports
      + own.filter { !session.imports.contains($0) }
      + (isWithoutFoundation(own) ? [] : ["import PlottingFoundation"])
  }

  /// Whether nothing that the session or a cell with these imports has loaded brings Foundation.
  func isWithoutFoundation(_ own: [String]) -> Bool {
    (session.imports + own).allSatisfy { text in
      CellCompiler.modulesWithoutFoundation.contains { text.hasSuffix(" \($0)") }
    }
  }

  static let modulesWithoutFoundation = [
    "Ansatz", "Builtin", "Dispatch", "Distributed", "Glibc", "Observation", "RegexBuilder", "Swift",
    "Synchronization", "_Concurrency", "_Differentiation", "_StringProcessing",
  ]

  /// Arguments that type-checking shares with completion and inspection.
  func commonArguments() -> [String] {
    let toolchain = configuration.toolchain
    var arguments = [
      "-swift-version", "5", "-enable-bare-slash-regex",
      "-I", configuration.folder,
      "-I", configuration.runtimeModules, "-I", hiddenModules,
      "-module-cache-path", configuration.moduleCache,
      "-plugin-path", toolchain.plugins,
      "-Xfrontend", "-in-process-plugin-server-path", "-Xfrontend", toolchain.pluginServer,
      "-resource-dir", "\(toolchain.root)/lib/swift",
      "-module-name", SymbolTable.module,
    ]
    for path in searchPaths { arguments += ["-I", path] }
    return arguments
  }
}
