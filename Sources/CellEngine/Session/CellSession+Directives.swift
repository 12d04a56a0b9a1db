import Display
import Foundation

internal import _CCellRunner

extension CellSession {
  /// Carries out a cell with directives.
  func perform(_ directive: Directive, _ request: CellRequest, tag: CellTag) -> CellReport {
    var report = CellReport(outcome: .completed(result: nil))
    for piece in directive.pieces {
      var next: CellReport
      switch piece {
      case .swift(let text):
        next = compileAndRun(
          request, source: text, tag: tag, isOptimized: directive.isOptimized)
      case .directive(let line):
        next = perform(line, request, tag: tag)
      }
      report.outcome = next.outcome
      report.requests += next.requests
      report.timings.compiling += next.timings.compiling
      report.timings.running += next.timings.running
      if case .failed = next.outcome { break }
    }
    if directive.isTimed { tell(report.timings, tag) }
    return report
  }

  private func perform(_ line: DirectiveLine, _ request: CellRequest, tag: CellTag) -> CellReport {
    do {
      var report = CellReport(outcome: .completed(result: nil))
      switch line.word {
      case .help: report.outcome = .completed(result: Directive.help)
      case .time: report = try time(line, request, tag: tag)
      case .who: report.outcome = .completed(result: try variables(tag: tag))
      case .reset:
        forget()
        _ = try runner()
        print("All variables are gone; the session starts afresh.", tag)
      case .load:
        guard
          let text = try? String(
            contentsOfFile: absolute(CellSession.unquoted(path: line.argument)), encoding: .utf8)
        else {
          throw CellFailure(
            name: "FileError", message: "\(line.argument) cannot be read as a text file")
        }
        report.requests.append(.setNextInput(text, replacing: true))
      case .cd: try changeDirectory(line.argument, tag)
      case .env: try changeEnvironment(line.argument, tag)
      case .export: try export(to: line.argument, tag)
      case .package: try addPackage(line.argument, tag: tag)
      case .shell: try runShell(line.argument, tag)
      case .inspect:
        let name = line.argument
        guard let found = inspect(name, at: name.utf8.count, isDetailed: false) else {
          throw CellFailure(name: "NotFound", message: "nothing is known about '\(name)'")
        }
        report.requests.append(
          .page(
            MimeBundle(text: found.plainText, html: found.html, markdown: found.markdown)))
      case .optimize:
        throw CellFailure(
          name: "UnknownDirective",
          message: "%optimize is for a whole cell: write %%optimize in its first line")
      }
      return report
    } catch let failure as CellFailure {
      return CellReport(outcome: .failed(failure))
    } catch {
      return CellReport(outcome: .failed(.sessionLost("\(error)")))
    }
  }

  /// `%time` of a statement, of a command or of another directive.
  private func time(_ line: DirectiveLine, _ request: CellRequest, tag: CellTag) throws
    -> CellReport
  {
    guard !line.argument.isEmpty else {
      throw CellFailure(
        name: "MissingArgument",
        message: "%time wants a statement behind it; to time a whole cell begin it with %%time")
    }
    let start = ContinuousClock.now
    let text = String(repeating: "\n", count: line.line - 1) + line.argument
    var report: CellReport
    if let inner = try Directive.parse(text, declared: declaredNames) {
      report = perform(inner, request, tag: tag)
      report.timings.running = max(
        report.timings.running, seconds(since: start) - report.timings.compiling)
    } else {
      report = compileAndRun(request, source: text, tag: tag)
    }
    tell(report.timings, tag)
    return report
  }

  /// Names that the cells so far seem to declare.
  var declaredNames: Set<String> {
    let texts = state.withLock { state in state.cells.values.filter(\.isComplete).map(\.source) }
    return texts.reduce(into: []) { $0.formUnion(PieceCutter.declared(in: $1)) }
  }

  private func print(_ text: String, _ tag: CellTag) {
    observer.cell(tag, emitted: .output(text + "\n"))
  }

  private func tell(_ timings: CellReport.Timings, _ tag: CellTag) {
    func text(_ seconds: Double) -> String {
      seconds < 1
        ? String(format: "%.1f ms", seconds * 1000) : String(format: "%.2f s", seconds)
    }
    print("compiled in \(text(timings.compiling)), ran in \(text(timings.running))", tag)
  }

  // MARK: Variables

  /// The names that cells defined, with types, the sizes of variables, and the same as JSON
  /// (`application/vnd.ansatz.variables+json`).
  private func variables(tag: CellTag) throws -> MimeBundle {
    guard case .answer(let answer) = compiler.ask(["type": "names"]) else {
      throw CellFailure(name: "CompilerCrash", message: "the compiler does not answer")
    }
    var rows = answer["names"]?.arrayValue ?? []
    guard !rows.isEmpty else {
      var nothing = MimeBundle(text: "no names are defined yet")
      nothing.data[CellSession.variablesType] = .json([])
      return nothing
    }
    let names = rows.filter { $0["kind"]?.stringValue == "variable" }
      .compactMap { $0["name"]?.stringValue }
    let sizes = self.sizes(of: names, tag: tag)
    for index in rows.indices {
      guard let name = rows[index]["name"]?.stringValue,
        rows[index]["kind"]?.stringValue == "variable"
      else { continue }
      rows[index]["bytes"] = sizes[name].map(JSONValue.integer)
    }
    var table = Table([
      .left("name"), .left("kind"), .left("type"), .right("size"), .left("cell"),
    ])
    for row in rows {
      func text(_ column: String) -> Table.Cell {
        Table.Cell(row[column]?.stringValue ?? "")
      }
      let type = row["type"]?.stringValue ?? row["declaration"]?.stringValue ?? ""
      let size = row["bytes"]?.intValue.map(CellSession.readable(bytes:)) ?? ""
      table.add([
        text("name"), text("kind"), Table.Cell(type), Table.Cell(size), text("cell"),
      ])
    }
    var bundle = table.mimeBundle
    bundle.data[CellSession.variablesType] = .json(.array(rows))
    return bundle
  }

  private static let variablesType = "application/vnd.ansatz.variables+json"

  /// The sizes of variables; of those that can be looked at.
  private func sizes(of names: [String], tag: CellTag) -> [String: Int] {
    guard !names.isEmpty else { return [:] }
    let calls = names.map { ".adding(\"\($0)\", `\($0)`)" }.joined()
    guard case .success(let bundle) = evaluate("_CellSizes()\(calls)", tag: tag),
      case .text(let text)? = bundle["text/plain"],
      let sizes = (try? JSONValue(parsing: Array(text.utf8)))?.objectValue
    else {
      // One that cannot be copied keeps the others from being looked at together.
      return names.count == 1
        ? [:] : names.reduce(into: [:]) { $0.merge(sizes(of: [$1], tag: tag)) { $1 } }
    }
    return sizes.compactMapValues(\.intValue)
  }

  static func readable(bytes: Int) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var (value, unit) = (Double(bytes), 0)
    while value >= 999.5, unit < 4 {
      value /= 1000
      unit += 1
    }
    return String(format: value < 9.95 ? "%.1f" : "%.0f", value)
      + [" B", " kB", " MB", " GB", " TB"][unit]
  }

  // MARK: Files and the environment

  /// Where relative paths of cells begin now: a cell may have changed it.
  var currentDirectory: String {
    let id = state.withLock { $0.runner?.id } ?? 0
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd"))
      ?? state.withLock { $0.directory }
  }

  func absolute(_ path: String) -> String {
    let expanded = NSString(string: path).expandingTildeInPath
    return expanded.hasPrefix("/") ? expanded : "\(currentDirectory)/\(expanded)"
  }

  /// A path as it is meant, without its quotes or with the blanks that a `\` keeps.
  static func unquoted(path: String) -> String {
    if let quote = path.first, "\"'".contains(quote), path.count > 1, path.last == quote {
      return String(path.dropFirst().dropLast())
    }
    return path.replacing("\\ ", with: " ")
  }

  private func changeDirectory(_ argument: String, _ tag: CellTag) throws {
    let path = absolute(argument.isEmpty ? "~" : CellSession.unquoted(path: argument))
    if let reason = try runner().ask(["type": "directory", "path": .string(path)])?["reason"] {
      throw CellFailure(
        name: "FileError", message: "cannot go to \(path): \(reason.stringValue ?? "")")
    }
    state.withLock { $0.directory = path }
    print(path, tag)
  }

  private func changeEnvironment(_ argument: String, _ tag: CellTag) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    if parts.count == 2 {
      let name = String(parts[0].trimming(while: \.isWhitespace))
      guard !name.isEmpty, !name.contains("\0") else {
        throw CellFailure(name: "EnvironmentError", message: "%env wants a name before the '='")
      }
      let value = String(parts[1].trimming(while: \.isWhitespace))
      _ = try runner().ask([
        "type": "environment", "name": .string(name), "value": .string(value),
      ])
      state.withLock { $0.environment.append((name, value)) }
      return
    }
    let changed = state.withLock { $0.environment }
    var all = ProcessInfo.processInfo.environment
    for (name, value) in changed { all[name] = value }
    if let name = parts.first, !name.isEmpty {
      print(all[name] ?? "\(name) is not set", tag)
    } else {
      for (name, value) in all.sorted(by: { $0.key < $1.key }) { print("\(name)=\(value)", tag) }
    }
  }

  private func export(to argument: String, _ tag: CellTag) throws {
    let argument = CellSession.unquoted(path: argument)
    guard argument.hasSuffix(".swift") else {
      throw CellFailure(
        name: "FileError", message: "%export wants a file's name that ends in .swift")
    }
    let path = absolute(argument)
    let texts = state.withLock { state in
      state.cells.values.filter(\.isComplete).sorted { $0.tag < $1.tag }.map(\.source)
    }
    let text = texts.map { "// %%\n\($0.trimming(while: \.isNewline))\n" }.joined(separator: "\n")
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw CellFailure(name: "FileError", message: "cannot write \(path)")
    }
    print("\(texts.count) cells written to \(path)", tag)
  }

  // MARK: Programs

  /// Runs a program of a package build or a shell, streaming what it prints; ends it when the
  /// cell is interrupted.
  func stream(_ arguments: [String], tag: CellTag) throws -> Int32 {
    var outputs: [Int32] = [0, 0]
    var errors: [Int32] = [0, 0]
    guard cell_pipe(&outputs), cell_pipe(&errors) else {
      throw CellFailure(name: "ShellError", message: "no descriptors left")
    }
    var environment = currentEnvironment()
    environment.append("\(ProcessTree.variable)=\(files.processMark)0;")
    for (name, value) in state.withLock({ $0.environment }) {
      environment.append("\(name)=\(value)")
    }
    let id = Subprocess.spawn(
      ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", currentDirectory] + arguments,
      descriptors: [1: outputs[1], 2: errors[1]], environment: environment)
    close(outputs[1])
    close(errors[1])
    let streams = ProgramStreams(output: outputs[0], errors: errors[0]) {
      [observer] text, isError in
      observer.cell(tag, emitted: isError ? .errorOutput(text) : .output(text))
    }
    guard let id else { throw CellFailure(name: "ShellError", message: "no shell") }
    while streams.forward(waiting: 50) {
      if state.withLock({ $0.isInterrupted }) {
        kill(-id, SIGINT)
        usleep(100_000)
        kill(-id, SIGKILL)
        _ = Subprocess.wait(for: id)
        throw CellFailure.interrupted
      }
      if cell_child_state(id) == CELL_CHILD_GONE {
        // What it left running holds the streams open: that must not hold the cell.
        streams.forwardRest()
        break
      }
    }
    return Subprocess.wait(for: id)
  }

  private func runShell(_ command: String, _ tag: CellTag) throws {
    state.withLock { $0.phase = .running }
    let status = try stream(["/bin/sh", "-c", command], tag: tag)
    guard status != 0 else { return }
    let message =
      if status == 127, let program = ShellLine.program(of: command), !ShellLine.isProgram(program)
      {
        "there is no program '\(program)'; what follows '!' at the start of a line is for the shell"
      } else if status > 0 {
        "'\(command)' ended with status \(status)"
      } else {
        "'\(command)' was ended by signal \(-status)"
      }
    throw CellFailure(name: "ShellError", message: message)
  }
}

extension Directive {
  static var help: MimeBundle {
    let rows = [
      ("%help", "this list"),
      ("%time STATEMENT", "run one line and say how long it took"),
      ("%%time", "the same for the whole cell"),
      ("%%optimize", "compile this cell with optimisation (-O)"),
      ("%who", "names that cells defined, with types and sizes"),
      ("%reset", "forget everything and start afresh"),
      ("%load FILE", "put a file's text into this cell"),
      ("%cd FOLDER", "where relative paths begin"),
      ("%env NAME=VALUE", "set a variable of the environment; %env lists them"),
      ("%package PATH|URL [VERSION]", "build a Swift package and make it importable"),
      ("%export FILE.swift", "write all cells so far to a file"),
      ("!COMMAND", "run a shell command"),
      ("?NAME, NAME?", "documentation of a name"),
    ]
    let rule =
      "A directive is one of these words directly after % (or %%) at the start of a line, or a line"
      + " of ! and what a shell understands. Everything else is Swift."
    var table = Table([.left(""), .left("")])
    for row in rows { table.add([Table.Cell(row.0, emphasis: .code), Table.Cell(row.1)]) }
    table.footnotes = [rule]
    return table.mimeBundle
  }
}
