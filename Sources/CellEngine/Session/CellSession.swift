import Display
import Foundation
import Synchronization

/// A notebook's worth of cells: compiles, loads and runs them one after another, keeps what they
/// define, and survives what they do.
///
/// Two more processes belong to it: one compiles, one runs the cells. A crash of either loses
/// neither this process nor, for the compiler, anything at all.
///
/// `run`, `evaluate`, `complete`, `inspect` and `completeness` block and are called from one
/// thread at a time; `interrupt`, `receive`, `processIDs` and `shutDown` may be called from any thread at
/// any time.
public final class CellSession: Sendable {
  public struct Configuration: Sendable {
    /// Folder in which relative paths of cells begin.
    public var workingDirectory: String
    /// The `ansatz` executable, which is also the program of the session's processes.
    public var executable: String
    /// What cells find in `CommandLine.arguments`: the name of the program, then its arguments.
    public var arguments: [String]

    public init(
      workingDirectory: String = ".", executable: String = "/proc/self/exe",
      arguments: [String] = ["ansatz"]
    ) {
      self.workingDirectory = workingDirectory
      self.arguments = arguments
      self.executable =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: executable)) ?? executable
    }
  }

  /// A cell that ran, as error messages need it.
  struct PastCell: Sendable {
    var name: String
    var source: String
    var tag: Int
    /// Whether it ran to its end.
    var isComplete = false
  }

  struct State: Sendable {
    var runner: RunnerClient?
    var phase = Phase.idle
    /// The run that the phase is of.
    var tag = 0
    var isInterrupted = false
    var isShutDown = false
    /// Cells by module.
    var cells: [String: PastCell] = [:]
    /// The module of each run.
    var modules: [Int: String] = [:]
    var moduleCount: [Int: Int] = [:]
    /// Texts of cells that somebody has seen, run or not, in their order.
    var seen: [(name: String, source: String)] = []
    var environment: [(name: String, value: String)] = []
    var directory: String
    var packages: [String: String] = [:]
  }

  enum Phase { case idle, compiling, running }

  let configuration: Configuration
  let toolchain: Toolchain
  let files: SessionFiles
  let compiler: CompilerClient
  let observer: any CellObserver
  let state: Mutex<State>

  /// Starts the session's processes and returns at once; they warm up side by side.
  ///
  /// - Throws: ``ToolchainError`` when the toolchain is missing or of another version than the
  ///   one this program was built with; ``SessionError`` when a process cannot be started.
  public init(configuration: Configuration, observer: any CellObserver) throws {
    self.configuration = configuration
    self.observer = observer
    toolchain = try Toolchain.current()
    try toolchain.verify()
    files = try SessionFiles(toolchain: toolchain, executable: configuration.executable)
    state = Mutex(State(directory: configuration.workingDirectory))
    compiler = try CompilerClient(
      setup: CompilerClient.Setup(
        executable: configuration.executable, toolchain: toolchain, files: files))
    _ = try runner()
    startThread { self.warmUp() }
  }

  /// The first compilation reads the standard library; nobody should wait for it.
  private func warmUp() {
    for (index, text) in ["[1].map { \"\\($0)\" }", "import Foundation"].enumerated() {
      let module = "WarmUp\(index)"
      _ = compiler.ask([
        "type": "compile", "source": .string(text), "module": .string(module),
        "cell": .string(module), "trial": true,
      ])
    }
    _ = compiler.ask(["type": "complete", "source": "1.", "offset": 2])
  }

  // MARK: Running

  /// Runs one cell to its end.
  public func run(_ request: CellRequest, tag: CellTag) -> CellReport {
    state.withLock { state in
      state.isInterrupted = false
      state.phase = .compiling
      state.tag = tag.rawValue
    }
    defer { state.withLock { $0.phase = .idle } }
    do {
      switch try Directive.parse(request.source, declared: declaredNames) {
      case .none:
        return compileAndRun(request, source: request.source, tag: tag)
      case .some(let directive):
        return perform(directive, request, tag: tag)
      }
    } catch {
      return CellReport(outcome: .failed(error))
    }
  }

  /// Compiles and runs a text without directives.
  func compileAndRun(
    _ request: CellRequest, source: String, tag: CellTag, isOptimized: Bool = false
  ) -> CellReport {
    var report = CellReport(outcome: .completed(result: nil))
    let name = "Cell[\(request.number)]"
    let module = nextModule(number: request.number)
    state.withLock { state in
      state.phase = .compiling
      state.cells[module] = PastCell(name: name, source: source, tag: tag.rawValue)
      state.modules[tag.rawValue] = module
    }
    foresee([(name, source)])
    let start = ContinuousClock.now
    var ask: JSONValue = [
      "type": "compile", "source": .string(source), "module": .string(module),
      "cell": .string(name), "optimized": .bool(isOptimized),
      "showsResult": .bool(request.wantsResult),
    ]
    ask["cellID"] = request.cellID.map(JSONValue.string)
    let compiled = compile(ask, source: source, cellName: name)
    report.timings.compiling = seconds(since: start)
    switch compiled {
    case .failure(let failure):
      report.outcome = .failed(failure)
      return report
    case .success(let answer):
      showWarnings(answer, source: source, cellName: name, tag: tag)
      if state.withLock({ $0.isInterrupted }) {
        report.outcome = .failed(.interrupted)
        return report
      }
      let running = ContinuousClock.now
      report.outcome = load(
        answer, module: module, tag: tag, updatesDisplays: request.updatesDisplays)
      report.timings.running = seconds(since: running)
      return report
    }
  }

  func compile(_ ask: JSONValue, source: String, cellName: String) -> Result<JSONValue, CellFailure>
  {
    switch compiler.ask(ask) {
    case .interrupted: return .failure(.interrupted)
    case .crashed:
      return .failure(
        CellFailure(
          name: "CompilerCrash",
          message: "the Swift compiler crashed on this cell; nothing was lost: change the cell and"
            + " run it again"))
    case .answer(let answer):
      switch answer["type"]?.stringValue {
      case "compiled": return .success(answer)
      case "refused":
        let diagnostics = (answer["diagnostics"]?.arrayValue ?? []).compactMap(
          CellDiagnostic.init(decoding:)
        ).map { withPlaceOfDeclaration($0, cellName: cellName, source: source) }
        return .failure(
          .compileError(diagnostics, renderer: renderer(source: source, cellName: cellName)))
      default:
        return .failure(
          CellFailure(
            name: "CompilerFailure", message: answer["reason"]?.stringValue ?? "no answer"))
      }
    }
  }

  private func showWarnings(_ answer: JSONValue, source: String, cellName: String, tag: CellTag) {
    let warnings = (answer["warnings"]?.arrayValue ?? []).compactMap(
      CellDiagnostic.init(decoding:)
    )
    guard !warnings.isEmpty else { return }
    let lines = renderer(source: source, cellName: cellName).render(warnings)
    observer.cell(tag, emitted: .errorOutput(lines.joined(separator: "\n") + "\n"))
  }

  /// Draws diagnostics of a cell, with lines of earlier ones where these are meant.
  func renderer(source: String, cellName: String) -> DiagnosticRenderer {
    let cells = state.withLock { $0.cells.values }
    let sources = Dictionary(cells.map { ($0.name, $0.source) }) { $1 }
    return DiagnosticRenderer(source: source, cellName: cellName, others: sources)
  }

  private func load(
    _ compiled: JSONValue, module: String, tag: CellTag, updatesDisplays: Bool
  ) -> CellReport.Outcome {
    let runner: RunnerClient
    do {
      runner = try self.runner()
    } catch {
      return .failed(CellFailure(name: "SessionLost", message: "\(error)"))
    }
    state.withLock { $0.phase = .running }
    runner.send(["type": "client", "updatesDisplays": .bool(updatesDisplays)])
    let ended = runner.run(
      library: compiled["library"]?.stringValue ?? "", entry: "\(module)_main",
      tag: tag.rawValue, replacements: compiled["replacements"] ?? [])
    switch ended {
    case .failure(let error):
      forget()
      return .failed(.sessionLost("\(error)"))
    case .success(let ending):
      let kind = ending.report["ending"]?.stringValue ?? ""
      let exitCode = kind == "exited" ? ending.report["code"]?.intValue ?? 0 : 0
      let isComplete = kind == "returned"
      state.withLock { $0.cells[module]?.isComplete = isComplete }
      commit(compiled, steps: isComplete ? nil : ending.report["steps"]?.intValue ?? 0)
      if kind == "returned" { return .completed(result: ending.result) }
      if kind == "exited", exitCode == 0, isOwnExit(ending, module: module) {
        observer.cell(tag, emitted: .output("the cell called exit(0) and ended here\n"))
        return .completed(result: nil)
      }
      return .failed(failure(of: ending, module: module))
    }
  }

  /// Lets later cells see what a cell declared.
  ///
  /// - Parameter steps: How far the cell came, if not to its end.
  func commit(_ compiled: JSONValue, steps: Int? = nil) {
    var fact: JSONValue = ["type": "commit", "record": compiled["record"] ?? ""]
    fact["steps"] = steps.map(JSONValue.integer)
    compiler.tell(fact)
  }

  /// A module name that no cell had yet: `Cell7`, then `Cell7_2` for another run of number 7.
  func nextModule(number: Int) -> String {
    state.withLock { state in
      state.moduleCount[number, default: 0] += 1
      let count = state.moduleCount[number]!
      return count == 1 ? "Cell\(number)" : "Cell\(number)_\(count)"
    }
  }

  func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }

  /// The text that a run's cell was compiled from, its rewritten form: for tests.
  package func compiledSource(of tag: CellTag) -> String? {
    guard let module = state.withLock({ $0.modules[tag.rawValue] }) else { return nil }
    let texts = ["\(module).swift", "\(module)/main.swift"].compactMap {
      try? String(contentsOfFile: "\(files.folder)/\($0)", encoding: .utf8)
    }
    return texts.joined(separator: "\n--- and the script:\n")
  }

  // MARK: The process that runs cells

  /// The runner; a new one after the last died.
  func runner() throws -> RunnerClient {
    if let runner = state.withLock({ $0.runner }) { return runner }
    guard !state.withLock({ $0.isShutDown }) else {
      throw SessionError.cannotStart("the session has ended")
    }
    let (environment, directory) = state.withLock { ($0.environment, $0.directory) }
    let runner = try RunnerClient(
      executable: configuration.executable, files: files, delegate: self)
    state.withLock { $0.runner = runner }
    runner.send([
      "type": "arguments", "arguments": .array(configuration.arguments.map(JSONValue.string)),
    ])
    _ = runner.ask(["type": "directory", "path": .string(directory)])
    for variable in environment {
      _ = runner.ask([
        "type": "environment", "name": .string(variable.name), "value": .string(variable.value),
      ])
    }
    return runner
  }

  /// Forgets everything that cells defined.
  func forget() {
    state.withLock { state in
      state.runner?.kill()
      state.runner = nil
      state.packages = [:]
    }
    compiler.reset()
  }

  // MARK: From any thread

  /// Ends the running cell; does nothing when none runs.
  public func interrupt() {
    let (phase, tag) = state.withLock { state in
      state.isInterrupted = state.phase != .idle
      return (state.phase, state.tag)
    }
    switch phase {
    case .idle: break
    case .compiling:
      // Most compilations end sooner than a new compiler process is warm.
      startThread { [self] in
        for _ in 0..<8 {
          usleep(10_000)
          if state.withLock({ $0.phase != .compiling || $0.tag != tag }) {
            return interruptRunning(tag)
          }
        }
        compiler.interrupt()
      }
    case .running: interruptRunning(tag)
    }
  }

  private func interruptRunning(_ tag: Int) {
    let runner = state.withLock { $0.phase == .running && $0.tag == tag ? $0.runner : nil }
    runner?.interrupt(tag: tag)
  }

  /// Hands a front end's comm message to the cells' code.
  public func receive(_ message: CommEvent) {
    state.withLock { $0.runner }?.send(
      ["type": "comm", "comm": message.header], buffers: message.buffers)
  }

  /// The processes that belong to the session, for reports of memory and CPU use.
  public var processIDs: [Int32] {
    [state.withLock { $0.runner?.id }, compiler.processID].compactMap { $0 }
  }

  /// Ends all processes, children of cells included, and removes the session's files.
  public func shutDown() {
    let runner = state.withLock { state in
      defer { state.runner = nil }
      state.isShutDown = true
      return state.runner
    }
    runner?.kill()
    compiler.shutDown()
    files.remove()
  }
}

extension CellSession: RunnerClient.Delegate {
  func runner(_ tag: Int, emitted event: CellEvent) {
    observer.cell(CellTag(rawValue: tag), emitted: event)
  }

  func runner(lateTrap report: JSONValue, lastWords: String) {
    let tag = report["tag"]?.intValue ?? 0
    let module = state.withLock { $0.modules[tag] } ?? ""
    let failure = failure(
      of: RunnerClient.Ending(report: report, lastWords: lastWords), module: module)
    let text = failure.traceback.joined(separator: "\n")
    observer.cell(
      CellTag(rawValue: tag), emitted: .errorOutput("A thread of this cell trapped:\n\(text)\n"))
  }
}
