import Display
import Foundation
import Glibc

/// Compiles cells into loadable libraries; lives in the compiler process.
final class CellCompiler {
  struct Configuration: Sendable {
    var toolchain: Toolchain
    /// Where the cells' files go; removed with the session.
    var folder: String
    /// Compiled clang modules, shared by all sessions of one toolchain.
    var moduleCache: String
    /// Folder of the runtime's `.swiftmodule` files.
    var runtimeModules: String
  }

  /// A cell to compile.
  struct Job {
    var source: String
    var module: String
    /// How messages call the cell: `Cell[7]`.
    var cellName: String
    var cellID: String?
    var isOptimized = false
    var showsResult = true
    /// Only type-check.
    var isTrial = false
  }

  struct Output {
    var library: String
    var declarations: CellDeclarations
    var replaced: Set<String>
    var warnings: [CellDiagnostic]
  }

  struct Failure: Error {
    var diagnostics: [CellDiagnostic]
  }

  let configuration: Configuration
  let sourceKit: SourceKit
  private let hiddenModules: String
  var names = SessionNames()
  /// The modules of other cells that each module was compiled against.
  var dependencies: [String: Set<String>] = [:]
  /// The texts of the cells, by module.
  var sources: [String: String] = [:]
  /// Public names of the runtime, for suggestions; read when first needed.
  lazy var runtimeNames: [String] = readRuntimeNames()
  /// Folders that packages added to the search path.
  var searchPaths: [String] = []

  init(configuration: Configuration) throws {
    self.configuration = configuration
    hiddenModules = try HiddenModules.folder(in: configuration.moduleCache)
    sourceKit = try SourceKit(toolchain: configuration.toolchain)
  }

  /// Forgets what cells declared.
  func forget() {
    names = SessionNames()
    dependencies = [:]
    sources = [:]
    searchPaths = []
  }

  // MARK: Compiling

  func compile(_ job: Job) throws -> Output {
    let cell = ParsedCell(job.source)
    let declarations = DeclarationCollector.declarations(of: cell)
    names.note(module: job.module)
    var options = CellRewriter.Options(
      replacesFunctions:
        names.outdatedExtensions(by: declarations, cellID: job.cellID).isEmpty,
      showsResult: job.showsResult)
    if cell.tree.hasError {
      let rewritten = CellRewriter.Result(text: EditedText(job.source))
      let diagnostics = try run(job, declarations, rewritten)
      if diagnostics.contains(where: { $0.severity == .error }) {
        throw Failure(diagnostics: diagnostics.withoutUnusedValues)
      }
    }
    while true {
      let rewritten = CellRewriter.rewrite(
        cell, declarations: declarations, names: names, module: job.module, options: options)
      var diagnostics = try run(job, declarations, rewritten)
      if diagnostics.missTypes, !markers(for: plan(job, declarations, rewritten)).isEmpty {
        diagnostics = try run(job, declarations, rewritten, reachesTypes: true)
      }
      if diagnostics.complainOfAccess {
        diagnostics = try run(job, declarations, rewritten, checksAccess: false)
      }
      guard diagnostics.contains(where: { $0.severity == .error }) else {
        let library = job.isTrial ? "" : try link(job)
        return Output(
          library: library, declarations: declarations, replaced: rewritten.replaced,
          warnings: diagnostics.filter { !cell.isHidden($0) })
      }
      let throwing = EffectRewriter.throwingInitializers(diagnostics, in: cell)
      // What does not compile in its rewritten form may do so in a plainer one; and its errors
      // must be those of the text that the reader wrote.
      if !throwing.isSubset(of: options.throwingInitializers) {
        options.throwingInitializers.formUnion(throwing)
      } else if options.replacesFunctions, !rewritten.replaced.isEmpty {
        options.replacesFunctions = false
      } else if options.showsResult, rewritten.showsResult {
        options.showsResult = false
      } else {
        // Without the display, the last value goes unused, which is ours to know.
        throw Failure(diagnostics: diagnostics.withoutUnusedValues)
      }
    }
  }

  private func plan(
    _ job: Job, _ declarations: CellDeclarations, _ rewritten: CellRewriter.Result
  ) -> [String] {
    names.importPlan(
      for: declarations, cellID: job.cellID, exchanged: rewritten.replaced,
      unscoped: rewritten.wholeModules)
  }

  /// Imports that bring the types of modules behind those of a plan within reach, but no name into
  /// sight.
  private func markers(for plan: [String]) -> [String] {
    let near = Set(plan.compactMap(CellCompiler.importedModule))
    let far = near.reduce(into: Set<String>()) { $0.formUnion(reach(of: $1)) }
    return far.subtracting(near).sorted().map { "@testable import enum \($0).\($0)_" }
  }

  private func prelude(
    _ job: Job, _ declarations: CellDeclarations, _ rewritten: CellRewriter.Result,
    reachesTypes: Bool
  ) -> String {
    var plan = plan(job, declarations, rewritten)
    if reachesTypes { plan += markers(for: plan) }
    dependencies[job.module] = Set(plan.compactMap(CellCompiler.importedModule))
    let parts = ["import CellSupport", "import Ansatz"] + names.imports + plan
    return parts.joined(separator: ";") + ";enum \(job.module)_ {}\n"
      + "#sourceLocation(file: \"\(job.cellName)\", line: 1)\n"
  }

  func path(_ module: String, _ suffix: String) -> String {
    "\(configuration.folder)/\(module).\(suffix)"
  }

  /// Arguments that type-checking shares with completion and inspection.
  func commonArguments(module: String) -> [String] {
    let toolchain = configuration.toolchain
    var arguments = [
      "-module-name", module, "-swift-version", "5", "-enable-bare-slash-regex",
      "-I", configuration.folder,
      "-I", configuration.runtimeModules, "-I", hiddenModules, "-module-cache-path",
      configuration.moduleCache,
      "-plugin-path", toolchain.plugins,
      "-Xfrontend", "-in-process-plugin-server-path", "-Xfrontend", toolchain.pluginServer,
      "-resource-dir", "\(toolchain.root)/lib/swift",
      // An expression that takes longer has an operand of an unexpected type, as a rule, and would
      // be given up after ten seconds.
      "-Xfrontend", "-solver-expression-time-threshold=1",
    ]
    for path in searchPaths { arguments += ["-I", path] }
    return arguments
  }

  private func run(
    _ job: Job, _ declarations: CellDeclarations, _ rewritten: CellRewriter.Result,
    checksAccess: Bool = true, reachesTypes: Bool = false
  ) throws -> [CellDiagnostic] {
    let (text, map) = rewritten.text.applied()
    let head = prelude(job, declarations, rewritten, reachesTypes: reachesTypes)
    let file = path(job.module, "swift")
    guard FileManager.default.createFile(atPath: file, contents: Data((head + text + "\n").utf8))
    else { throw SourceKit.Failure(description: "cannot write \(file)") }
    var arguments = ["-c", "-wmo", "-enable-testing", "-gline-tables-only"]
    arguments += commonArguments(module: job.module)
    // Functions that can be exchanged cannot be differentiated.
    let isDifferentiable = declarations.mentions.contains("differentiable")
    if !checksAccess { arguments += ["-Xfrontend", "-disable-access-control"] }
    if job.isOptimized {
      arguments.append("-O")
    } else if !isDifferentiable {
      arguments += ["-Xfrontend", "-enable-implicit-dynamic"]
    }
    arguments += [
      "-Xfrontend", "-entry-point-function-name", "-Xfrontend", "\(job.module)_main",
      "-avoid-emit-module-source-info", "-emit-module", "-emit-module-path",
      path(job.module, "swiftmodule"), file, "-o", path(job.module, "o"),
    ]
    let answer = try sourceKit.send(
      "compile", [("key.name", .string("cells")), ("key.compilerargs", .strings(arguments))])
    let lines = LineTable(text)
    let headLength = head.utf8.count
    let place = { (file: String, line: Int, column: Int) -> Int? in
      guard file == job.cellName, let start = lines.start(ofLine: line) else { return nil }
      return map.original(start + max(0, column - 1))
    }
    let isInserted = { (file: String, line: Int, column: Int) -> Bool in
      guard file == job.cellName, let start = lines.start(ofLine: line) else { return false }
      return map.isInserted(start + max(0, column - 1))
    }
    var diagnostics: [CellDiagnostic] = []
    for value in answer["key.diagnostics"]?.arrayValue ?? [] {
      guard
        let diagnostic = CellDiagnostic(
          value, place: place,
          original: { $0 < headLength ? nil : map.original($0 - headLength) })
      else { continue }
      let isOurs = isInserted(
        value["key.filepath"]?.stringValue ?? "", value["key.line"]?.intValue ?? 0,
        value["key.column"]?.intValue ?? 0)
      if diagnostic.severity != .error, isOurs || diagnostic.offset == nil { continue }
      // All cells have one owner, so every extension may state what it likes.
      if diagnostic.identifier.contains("retroactive") { continue }
      if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
    diagnostics = diagnostics.withPlainWordsOnTypes
    if answer["key.value"]?.intValue != 0,
      !diagnostics.contains(where: { $0.severity == .error })
    {
      diagnostics.append(
        CellDiagnostic(
          severity: .error, message: "the compiler refused the cell without saying why",
          identifier: "unknown"))
    }
    return diagnostics
  }

  /// What completion offers in an empty cell, beyond keywords and the standard library's types.
  private func readRuntimeNames() -> [String] {
    completions(in: "", at: 0).items.filter { $0.kind != "keyword" }.map(\.text)
  }

  // MARK: Linking

  private func link(_ job: Job) throws -> String {
    let toolchain = configuration.toolchain
    let object = path(job.module, "o")
    let library = path(job.module, "so")
    var arguments = [
      toolchain.linker, "-shared", "--threads=1", "--hash-style=gnu", object,
      toolchain.startObject, "--wrap=swift_errorInMain", "--wrap=exit", "--wrap=getpass",
      "-rpath", toolchain.libraries, "-L\(toolchain.libraries)",
      "-L/usr/lib/\(Toolchain.architecture)-linux-gnu", "-L/usr/lib64", "-L/usr/lib",
      "--as-needed", "-o", library,
      // One part to read and one to write: every part costs each cell a page for ever.
      "-z", "norelro", "--no-rosegment",
    ]
    for path in searchPaths { arguments.append("-L\(path)") }
    // Cells find the symbols of everything this executable is linked with in the process.
    arguments += AutolinkEntries.read(fromObject: object).filter {
      !CellCompiler.alreadyLoaded.contains($0)
    }
    let (status, message) = Subprocess.run(arguments)
    unlink(object)
    guard status == 0 else {
      throw Failure(diagnostics: [
        CellDiagnostic(
          severity: .error, message: "linking failed: \(message)", identifier: "link")
      ])
    }
    return library
  }

  private static let alreadyLoaded: Set<String> = [
    "-lswiftCore", "-lswift_Concurrency", "-lswift_StringProcessing",
    "-lswiftSwiftOnoneSupport", "-lswiftGlibc", "-lm", "-lpthread", "-lutil", "-lc", "-ldl", "-lrt",
    "-lcrypt", "-lresolv", "-lswift_RegexParser",
  ]
}

extension [CellDiagnostic] {
  /// Whether a type or a member is out of reach, as those of a type are that an earlier cell
  /// declares and this one uses without its name.
  fileprivate var missTypes: Bool {
    contains { error in
      error.severity == .error
        && ["type_access", "inaccessible"].contains { error.identifier.contains($0) }
    }
  }

  /// Whether the only errors are that members are not public enough: for a conformance, or for a
  /// result builder that the cell does not name.
  ///
  /// Types of earlier cells count as those of another module to the compiler; to their reader they
  /// are of one program. Without access control altogether the runtime's internals would be in
  /// sight.
  fileprivate var complainOfAccess: Bool {
    let errors = filter { $0.severity == .error }
    return !errors.isEmpty
      && errors.allSatisfy { error in
        ["not_accessible", "access_control", "not_as_accessible", "result_builder"]
          .contains { error.identifier.contains($0) }
      }
  }

  /// Besides errors, that a value is unused is noise.
  fileprivate var withoutUnusedValues: [CellDiagnostic] {
    filter { $0.severity == .error || !$0.message.hasSuffix("is unused") }
  }
}

/// Where the lines of a text begin.
struct LineTable {
  private let starts: [Int]

  init(_ text: String) {
    var starts = [0]
    for (offset, byte) in text.utf8.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    self.starts = starts
  }

  func start(ofLine line: Int) -> Int? {
    starts.indices.contains(line - 1) ? starts[line - 1] : nil
  }

  /// The line and the column of a UTF-8 offset, from 1.
  func position(of offset: Int) -> (line: Int, column: Int) {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return (low + 1, offset - starts[low] + 1)
  }
}
