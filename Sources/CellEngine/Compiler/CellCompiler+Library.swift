import Foundation

extension CellCompiler {
  func finish(
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
      let left = attempt.plan.kept.map { outline.declarations[$0].place }
      for edit in OpaqueMembers(in: attempt.cell).edits
      where !left.contains(where: { $0.contains(edit.offset) }) { library.add(edit) }
      let (text, map) = library.applied()
      record.library = text
      record.hasMacros = text.contains(#/@[A-Z]/#)
      record.declarations = outline.declarations.enumerated()
        .filter { !attempt.plan.kept.contains($0.offset) }.map { $0.element.moved(by: map) }
    }
    record.imports = outline.imports
    record.captured = outline.captured
    record.hidden = attempt.plan.hidden
    record.disfavored = attempt.plan.disfavored
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
        record.variables[index].isInBuffer = live.variable.isInBuffer
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
  func resolveTypes(
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
  func notes(on fresh: Set<String>, _ record: CellRecord) -> [CellDiagnostic] {
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

  func link(_ job: Job, _ symbols: SymbolTable, _ files: [String]) throws -> String {
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
  static let alreadyLoaded: Set<String> = [
    "-lswiftCore", "-lswift_Concurrency", "-lswift_StringProcessing", "-lswift_RegexParser",
    "-lswiftSwiftOnoneSupport", "-lswiftSynchronization", "-lswiftGlibc", "-lswiftDispatch",
    "-ldispatch", "-lBlocksRuntime", "-lFoundation", "-lFoundationEssentials",
    "-lFoundationInternationalization", "-l_FoundationICU",
    "-lm", "-lpthread", "-lutil", "-lc", "-ldl", "-lrt", "-lcrypt", "-lresolv",
  ]
}
