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
  let hiddenModules: String
  var session = SessionModule()
  /// Public names of the runtime, for suggestions; read when first needed.
  lazy var runtimeNames: [String] = readRuntimeNames()
  /// Folders that packages added to the search path.
  var searchPaths: [String] = []
  var requestCount = 0
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

  /// How long the compiler may think about one expression at first, by its own clock: that of the
  /// processor's time of the whole process.
  private static let secondsForExpression = 1

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

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
      let began = Self.processorSeconds
      let diagnostics = try run(attempt, rewritten)
      // The body of a result builder that is given up is reported as another error.
      let ranOut = Self.processorSeconds - began >= Double(Self.secondsForExpression)
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
      } else if attempt.isInHurry {
        (attempt.isInHurry, attempt.isPatient, attempt.mixesNumbers) = (false, true, true)
      } else if attempt.mixtures.isEmpty, !attempt.isPatient,
        ranOut || diagnostics.allErrors(satisfy: \.isGivenUp)
      {
        // Where numbers do not mix, fewer operators are sooner tried.
        (attempt.isInHurry, attempt.mixesNumbers) = (true, false)
      } else if !adjust(&attempt, rewritten, diagnostics) {
        // Without the display, the last value goes unused, which is ours to know.
        let named = diagnostics.withoutUnusedValues.naming(attempt.mixtures, in: job.source)
        let hinted = try foundationHint(attempt, rewritten, named) ?? named
        throw Failure(diagnostics: hinted.withPlainWordsOnTypes)
      }
    }
  }

  /// One way to compile a cell.
  struct Attempt {
    var job: Job
    var cell: ParsedCell
    var outline: CellOutline
    var plan = CellPlan()
    var options = CellRewriter.Options()
    /// Earlier declarations that the compiler found in the way of new ones.
    var superseded: Set<SessionModule.Place> = []
    /// Whether expressions may take as long as the compiler lets them.
    var isPatient = false
    /// Whether an expression was given up, and is tried with the plain operators alone.
    var isInHurry = false
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
    let onMain = EffectRewriter.usesOfMain(diagnostics, in: attempt.cell)
    if !onMain.isSubset(of: attempt.options.onMain) {
      attempt.options.onMain.formUnion(onMain)
      return true
    }
    let whole = EffectRewriter.wholeStatements(diagnostics, in: attempt.cell)
    if !whole.isSubset(of: attempt.options.whole) {
      attempt.options.whole.formUnion(whole)
      return true
    }
    let escaping = attempt.cell.items.map(\.item).filter { item in
      errors.contains { error in
        error.isEscape && error.offset.map { (item.start...item.end).contains($0) } ?? false
      }
    }
    let borrowing = Set(escaping.map(\.start))
    if !borrowing.isSubset(of: attempt.options.borrowing) {
      attempt.options.borrowing.formUnion(borrowing)
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
    // A value that is not shown must be one that cannot be, not one for which there was no time.
    if attempt.options.showsResult, rewritten.showsResult, !errors.contains(where: \.isGivenUp) {
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
      let limit = Self.secondsForExpression
      arguments += ["-Xfrontend", "-solver-expression-time-threshold=\(limit)"]
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
}

extension CellDiagnostic {
  /// Whether what is missing may be a member or an initializer of another module.
  fileprivate var maySeekAMember: Bool {
    ["has no member", "no exact matches in call", "argument label", "is inaccessible due to"]
      .contains { message.contains($0) }
  }

  /// Whether a span is said to outlive the variable that it is of.
  fileprivate var isEscape: Bool {
    message.hasPrefix("lifetime-dependent") && message.hasSuffix("escapes its scope")
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
