import Display
import Foundation
import Glibc

/// Compiles cells into loadable libraries; lives in the compiler process.
///
/// All cells are files of one module. What is compiled are two of them, the library and the script
/// of the new cell; the text of all earlier cells (``EarlierCells``) is only looked at.
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
    /// The name of its files, such as `Cell7_2`.
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
    var record: CellRecord
    /// Functions of earlier cells that are to call those of this one from now on.
    var replacements: [(key: String, function: String)] = []
    var warnings: [CellDiagnostic]
  }

  struct Failure: Error {
    var diagnostics: [CellDiagnostic]
  }

  let configuration: Configuration
  let sourceKit: SourceKit
  private let hiddenModules: String
  var session = SessionModule()
  /// Public names of the runtime, for suggestions; read when first needed.
  lazy var runtimeNames: [String] = readRuntimeNames()
  /// Folders that packages added to the search path.
  var searchPaths: [String] = []
  private var requestCount = 0
  /// Whether something changed that completion and inspection looked at.
  var isAssistanceStale = false
  /// Names that were forgotten when the session was started anew.
  var lostNames: Set<String> = []

  init(configuration: Configuration) throws {
    self.configuration = configuration
    hiddenModules = try HiddenModules.folder(in: configuration.moduleCache)
    sourceKit = try SourceKit(toolchain: configuration.toolchain)
  }

  /// Forgets what cells declared.
  func forget() {
    lostNames.formUnion(session.names)
    session = SessionModule()
    searchPaths = []
  }

  // MARK: Compiling

  func compile(_ job: Job) throws -> Output {
    let cell = ParsedCell(job.source)
    let outline = DeclarationCollector.outline(of: cell)
    var attempt = Attempt(job: job, cell: cell, outline: outline)
    attempt.options.showsResult = job.showsResult
    if cell.tree.hasError {
      // The errors of a text that cannot be parsed are those of the text as it is written.
      let diagnostics = try run(attempt, CellRewriter.plain(cell))
      if diagnostics.contains(where: { $0.severity == .error }) {
        throw Failure(diagnostics: diagnostics.withoutUnusedValues.withPlainWordsOnTypes)
      }
    }
    while true {
      attempt.plan = CellPlan(
        outline, in: session, cellID: job.cellID,
        changing: attempt.options.fresh, superseded: attempt.superseded)
      let rewritten = CellRewriter.rewrite(
        cell, outline: outline, plan: attempt.plan, module: session, options: attempt.options)
      let diagnostics = try run(attempt, rewritten)
      let mixtures = diagnostics.mixtures(in: attempt.cell)
      guard diagnostics.contains(where: { $0.severity == .error }) || !mixtures.isEmpty else {
        return try finish(attempt, rewritten, diagnostics.filter { !$0.isMixture })
      }
      if !mixtures.isEmpty {
        // What is refused must be so without the operators that name the reason, too.
        attempt.mixesNumbers = false
        attempt.mixtures = mixtures
      } else if !attempt.mixtures.isEmpty, diagnostics.allErrors(satisfy: \.isGivenUp) {
        throw Failure(diagnostics: attempt.mixtures)
      } else if !attempt.isPatient, diagnostics.allErrors(satisfy: \.isGivenUp) {
        attempt.isPatient = true
      } else if !adjust(&attempt, rewritten, diagnostics) {
        // Without the display, the last value goes unused, which is ours to know.
        let named = diagnostics.withoutUnusedValues.naming(attempt.mixtures, in: job.source)
        let hinted = try foundationHint(attempt, rewritten, named) ?? named
        throw Failure(diagnostics: hinted.withPlainWordsOnTypes)
      }
    }
  }

  /// One way to compile a cell.
  private struct Attempt {
    var job: Job
    var cell: ParsedCell
    var outline: CellOutline
    var plan = CellPlan()
    var options = CellRewriter.Options()
    /// Earlier declarations that the compiler found in the way of new ones.
    var superseded: Set<SessionModule.Place> = []
    /// Whether expressions may take as long as the compiler lets them.
    var isPatient = false
    /// Whether operators on numbers of different types are in sight, which name the mixture.
    var mixesNumbers = true
    var mixtures: [CellDiagnostic] = []
    /// Whether Foundation is in sight though no cell imports it.
    var triesFoundation = false
  }

  /// What does not compile in its rewritten form may do so in a plainer one; and its errors must be
  /// those of the text that the reader wrote.
  private func adjust(
    _ attempt: inout Attempt, _ rewritten: CellRewriter.Result, _ diagnostics: [CellDiagnostic]
  ) -> Bool {
    let errors = diagnostics.filter { $0.severity == .error }
    let throwing = EffectRewriter.throwingInitializers(diagnostics, in: attempt.cell)
    if !throwing.isSubset(of: attempt.options.throwingInitializers) {
      attempt.options.throwingInitializers.formUnion(throwing)
      return true
    }
    let inTheWay = session.places(named: errors.filter(\.isRedeclaration))
    if !inTheWay.isSubset(of: attempt.superseded) {
      attempt.superseded.formUnion(inTheWay)
      return true
    }
    // A value of another type cannot be assigned, and the declaration becomes a new one.
    let refused = attempt.outline.variables.filter { variable in
      rewritten.assigned.contains(variable.name)
        && errors.contains { error in
          error.offset.map {
            variable.declaration.lowerBound...variable.declaration.upperBound ~= $0
          }
            ?? false
        }
    }
    let fresh = refused.isEmpty ? rewritten.assigned : Set(refused.map(\.name))
    if !fresh.isEmpty {
      attempt.options.fresh.formUnion(fresh)
      return true
    }
    if attempt.options.showsResult, rewritten.showsResult {
      attempt.options.showsResult = false
      return true
    }
    return false
  }

  /// The errors with the advice to import Foundation, if that is all that is missing.
  private func foundationHint(
    _ attempt: Attempt, _ rewritten: CellRewriter.Result, _ diagnostics: [CellDiagnostic]
  ) throws -> [CellDiagnostic]? {
    let errors = diagnostics.filter { $0.severity == .error }
    guard isWithoutFoundation(attempt.outline.imports), errors.contains(where: \.maySeekAMember)
    else { return nil }
    var other = attempt
    other.triesFoundation = true
    let answer = try run(other, rewritten)
    for suffix in ["0.o", "1.o"] { unlink(path(attempt.job.module, suffix)) }
    guard !answer.contains(where: { $0.severity == .error }) else { return nil }
    let hint = CellDiagnostic(
      severity: .note,
      message: "Foundation has this: write 'import Foundation' in this cell or an earlier one",
      identifier: "hint")
    // The others go with it, or are what follows from it.
    return [errors[0], hint]
  }

  // MARK: Files

  func path(_ module: String, _ suffix: String) -> String {
    "\(configuration.folder)/\(module).\(suffix)"
  }

  private var earlierFile: String {
    CellCompiler.earlierFile(of: getpid(), in: configuration.folder)
  }

  /// The text of all earlier cells, as one process sees them: the one that is to replace it works in
  /// the same folder at the same time, and may know less.
  static func earlierFile(of process: pid_t, in folder: String) -> String {
    "\(folder)/earlier-\(process).swift"
  }

  private func write(_ text: String, to file: String) throws {
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
  private func isWithoutFoundation(_ own: [String]) -> Bool {
    (session.imports + own).allSatisfy { text in
      CellCompiler.modulesWithoutFoundation.contains { text.hasSuffix(" \($0)") }
    }
  }

  private static let modulesWithoutFoundation = [
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

  // MARK: The compiler's run

  private func run(_ attempt: Attempt, _ rewritten: CellRewriter.Result) throws
    -> [CellDiagnostic]
  {
    let job = attempt.job
    var additions = attempt.mixesNumbers ? ["import MixedNumbers"] : []
    if attempt.triesFoundation { additions.append("import Foundation") }
    let head =
      (imports() + additions).joined(separator: ";")
      + "\n#sourceLocation(file: \"\(job.cellName)\", line: 1)\n"
    let earlier = EarlierCells(
      module: session, plan: attempt.plan, variables: attempt.outline.variables,
      assigned: rewritten.assigned, older: rewritten.older)
    let allImports = imports(with: attempt.outline.imports)
    try write(earlier.text(imports: allImports), to: earlierFile)
    let others = earlier.textsWithMacros(imports: allImports)
    for other in others { try write(other.text, to: path(other.module, "swift")) }
    let script = CompiledText(rewritten.script, head: head)
    let library = CompiledText(rewritten.library, head: head)
    let scriptFile = "\(configuration.folder)/\(job.module)/main.swift"
    try FileManager.default.createDirectory(
      atPath: "\(configuration.folder)/\(job.module)", withIntermediateDirectories: true)
    try write(script.text, to: scriptFile)
    var primaries = [scriptFile]
    if rewritten.hasLibrary {
      try write(library.text, to: path(job.module, "swift"))
      primaries.append(path(job.module, "swift"))
    }
    var arguments = ["-c", "-wmo", "-enable-testing", "-gline-tables-only"]
    arguments += commonArguments()
    if !attempt.isPatient {
      arguments += ["-Xfrontend", "-solver-expression-time-threshold=1"]
    }
    if job.isOptimized {
      arguments.append("-O")
    } else if !attempt.outline.mentions.contains("differentiable") {
      // Functions that can be exchanged cannot be differentiated.
      arguments += ["-Xfrontend", "-enable-implicit-dynamic"]
    }
    arguments += [
      "-Xfrontend", "-entry-point-function-name", "-Xfrontend", "\(job.module)_main",
      earlierFile, "-o", path(job.module, "0.o"),
    ]
    if primaries.count > 1 {
      arguments += ["-Xfrontend", "-o", "-Xfrontend", path(job.module, "1.o")]
    }
    for file in primaries {
      arguments += ["-Xfrontend", "-primary-file", "-Xfrontend", file]
    }
    for other in others { arguments += ["-Xfrontend", path(other.module, "swift")] }
    requestCount += 1
    let name = "cell \(requestCount)"
    let answer = try sourceKit.send(
      "compile", [("key.name", .string(name)), ("key.compilerargs", .strings(arguments))])
    _ = try? sourceKit.send("compile.close", [("key.name", .string(name))])
    let places = DiagnosticPlaces(
      cellName: job.cellName, script: script, library: rewritten.hasLibrary ? library : nil,
      items: CellSplitter(attempt.cell).items)
    return places.diagnostics(in: answer)
  }

  // MARK: The cell's record and its library

  private func finish(
    _ attempt: Attempt, _ rewritten: CellRewriter.Result, _ diagnostics: [CellDiagnostic]
  ) throws -> Output {
    let job = attempt.job
    let outline = attempt.outline
    var record = CellRecord(
      module: job.module, cellName: job.cellName, cellID: job.cellID, source: job.source)
    let files = ["0.o", "1.o"].map { path(job.module, $0) }
    var symbols = SymbolTable(files: files.compactMap(ObjectFile.init(path:)))
    if rewritten.hasLibrary {
      var library = rewritten.library
      let inferred = InferredProperties(in: attempt.cell)
      if !inferred.properties.isEmpty {
        for edit in inferred.edits(knowing: symbols.propertyTypes()) { library.add(edit) }
      }
      let (text, map) = library.applied()
      record.library = text
      record.hasMacros = text.contains(#/@[A-Z]/#)
      record.declarations = outline.declarations.enumerated()
        .filter { !attempt.plan.kept.contains($0.offset) }.map { $0.element.moved(by: map) }
    }
    record.imports = outline.imports
    record.captured = outline.captured
    record.hidden = attempt.plan.hidden
    record.versions = attempt.plan.versions
    record.changed = attempt.plan.changed
    record.variables = outline.variables
    symbols.resolve(&record.variables, in: session)
    try resolveTypes(&record, attempt, rewritten)
    for index in record.variables.indices {
      let name = record.variables[index].name
      if rewritten.assigned.contains(name), let live = session.variables[name] {
        record.variables[index].isAssigned = true
        record.variables[index].type = live.variable.type
        record.variables[index].storage = live.variable.storage
        record.variables[index].modifiers = live.variable.modifiers
        if live.variable.type == Variable.sameAsInitializer {
          record.variables[index].initializer = live.variable.initializer
        }
      } else {
        record.changed.insert(name)
      }
    }
    var warnings = diagnostics.filter { !attempt.cell.isHidden($0) }
    warnings += notes(on: attempt.options.fresh, record)
    let names = attempt.plan.versions.map { name, version in
      (long: TypeVersion.name(name, version), short: name)
    }
    symbols.separate(from: session, number: session.cells.count, shortening: names)
    record.symbols = symbols.defined
    record.renamed = symbols.renamed
    let library = job.isTrial ? "" : try link(job, symbols, files)
    return Output(
      library: library, record: record, replacements: symbols.replacements, warnings: warnings)
  }

  /// Asks for the types that symbols do not tell.
  private func resolveTypes(
    _ record: inout CellRecord, _ attempt: Attempt, _ rewritten: CellRewriter.Result
  ) throws {
    let open = record.variables.indices.filter {
      record.variables[$0].type == nil && !rewritten.assigned.contains(record.variables[$0].name)
    }
    guard !open.isEmpty else { return }
    let job = attempt.job
    let file = "\(configuration.folder)/\(job.module)/main.swift"
    var arguments = commonArguments() + [file, earlierFile]
    arguments += session.cells.filter(\.hasMacros).map { path($0.module, "swift") }
    if rewritten.hasLibrary { arguments.append(path(job.module, "swift")) }
    let answer = try sourceKit.send(
      "variable.type",
      [("key.sourcefile", .string(file)), ("key.compilerargs", .strings(arguments))])
    guard let text = FileManager.default.contents(atPath: file).map([UInt8].init) else { return }
    for found in answer["key.variable_type_list"]?.arrayValue ?? [] {
      guard let start = found["key.variable_offset"]?.intValue,
        let length = found["key.variable_length"]?.intValue,
        let type = found["key.variable_type"]?.stringValue, start + length <= text.count
      else { continue }
      let name = unquoted(String(decoding: text[start..<start + length], as: UTF8.self))
      for index in open where record.variables[index].name == name {
        guard record.variables[index].type == nil else { continue }
        record.variables[index].type =
          type.contains("some ") ? Variable.sameAsInitializer : type
      }
    }
  }

  /// Says who goes on using the older values of variables that got another type.
  private func notes(on fresh: Set<String>, _ record: CellRecord) -> [CellDiagnostic] {
    record.variables.filter { fresh.contains($0.name) }.compactMap { variable in
      let holders = session.holders(of: variable.name)
      guard !holders.isEmpty else { return nil }
      let cells = Array(Set(holders.map(\.cellName))).sorted()
      let names = Array(Set(holders.map(\.name))).sorted()
      return CellDiagnostic(
        severity: .note,
        message: "'\(variable.name)' has another type now; \(names.joined(separator: ", ")) of "
          + "\(cells.joined(separator: ", ")) \(names.count == 1 ? "goes" : "go") on using its "
          + "earlier value until \(cells.count == 1 ? "that cell is" : "those cells are") run again",
        identifier: "kept_value", offset: variable.place.lowerBound)
    }
  }

  private func link(_ job: Job, _ symbols: SymbolTable, _ files: [String]) throws -> String {
    let toolchain = configuration.toolchain
    let library = path(job.module, "so")
    var objects: [String] = []
    defer { objects.forEach { unlink($0) } }
    for (file, path) in zip(symbols.files, files) {
      objects.append(path)
      guard file.write(to: path) else {
        throw SourceKit.Failure(description: "cannot write \(path)")
      }
    }
    let addressors = AddressorObject(functions: symbols.addressors(for: session))
    if !addressors.functions.isEmpty {
      objects.append(path(job.module, "2.o"))
      _ = addressors.write(to: objects.last!)
    }
    var arguments =
      [toolchain.linker, "-shared", "--threads=1", "--hash-style=gnu"] + objects + [
        toolchain.startObject, "--wrap=swift_errorInMain", "--wrap=exit", "--wrap=getpass",
        "-rpath", toolchain.libraries, "-L\(toolchain.libraries)",
        "-L/usr/lib/\(Toolchain.architecture)-linux-gnu", "-L/usr/lib64", "-L/usr/lib",
        "--as-needed", "-o", library,
        // One part to read and one to write: every part costs each cell a page for ever.
        "-z", "norelro", "--no-rosegment",
      ]
    for path in searchPaths { arguments.append("-L\(path)") }
    // Cells find the symbols of everything this executable is linked with in the process.
    arguments += Set(symbols.files.flatMap(\.wantedLibraries)).sorted().filter {
      !CellCompiler.alreadyLoaded.contains($0)
    }
    let (status, message) = Subprocess.run(arguments)
    guard status == 0 else {
      throw Failure(diagnostics: [
        CellDiagnostic(
          severity: .error, message: "linking failed: \(message)", identifier: "link")
      ])
    }
    return library
  }

  /// Libraries that this executable, which is the runner too, is linked with.
  private static let alreadyLoaded: Set<String> = [
    "-lswiftCore", "-lswift_Concurrency", "-lswift_StringProcessing", "-lswift_RegexParser",
    "-lswiftSwiftOnoneSupport", "-lswiftSynchronization", "-lswiftGlibc", "-lswiftDispatch",
    "-ldispatch", "-lBlocksRuntime", "-lFoundation", "-lFoundationEssentials",
    "-lFoundationInternationalization", "-l_FoundationICU",
    "-lm", "-lpthread", "-lutil", "-lc", "-ldl", "-lrt", "-lcrypt", "-lresolv",
  ]
}

extension CellDiagnostic {
  /// Whether what is missing may be a member or an initializer of another module.
  fileprivate var maySeekAMember: Bool {
    ["has no member", "no exact matches in call", "argument label", "is inaccessible due to"]
      .contains { message.contains($0) }
  }

  /// Whether an earlier declaration is in the way of a new one.
  fileprivate var isRedeclaration: Bool {
    ["invalid_redecl", "ambiguous_decl_ref", "redundant_conformance"].contains {
      identifier.hasPrefix($0)
    }
  }
}

extension [CellDiagnostic] {
  /// Besides errors, that a value is unused is noise.
  fileprivate var withoutUnusedValues: [CellDiagnostic] {
    filter { $0.severity == .error || !$0.message.hasSuffix("is unused") }
  }
}
