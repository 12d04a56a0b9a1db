import Display
import Foundation

internal import _CCellRunner

/// The compiler process: answers requests of its session over a channel, one at a time.
public enum CompilerService {
  /// Serves until the other side closes the channel.
  public static func run(descriptor: Int32) -> Never {
    signal(SIGINT, SIG_IGN)
    // A program that is started here must not keep the channel open after our end.
    _ = cell_close_in_programs(descriptor)
    let channel = Channel(descriptor: descriptor)
    guard let start = channel.receive(), let configuration = configuration(from: start) else {
      exit(1)
    }
    do {
      let compiler = try CellCompiler(configuration: configuration)
      while let request = channel.receive() {
        var answer = handle(request, with: compiler)
        answer["id"] = request.header["id"]
        answer["descriptors"] = .integer(openDescriptors)
        channel.send(Frame(answer))
      }
    } catch {
      channel.send(Frame(["type": "failed", "reason": .string("\(error)")]))
      exit(1)
    }
    exit(0)
  }

  /// The compiler keeps some of the modules it reads open for ever, about one in ten cells.
  private static var openDescriptors: Int {
    let next = dup(STDERR_FILENO)
    close(next)
    return Int(next)
  }

  private static func configuration(from frame: Frame) -> CellCompiler.Configuration? {
    func text(_ name: String) -> String? { frame.header[name]?.stringValue }
    guard let root = text("toolchain"), let version = text("version"), let folder = text("folder"),
      let cache = text("cache"), let modules = text("modules")
    else { return nil }
    return CellCompiler.Configuration(
      toolchain: Toolchain(root: root, version: version), folder: folder, moduleCache: cache,
      runtimeModules: modules)
  }

  private static func handle(_ request: Frame, with compiler: CellCompiler) -> JSONValue {
    let header = request.header
    func text(_ name: String) -> String { header[name]?.stringValue ?? "" }
    switch request.type {
    case "compile":
      var job = CellCompiler.Job(
        source: text("source"), module: text("module"), cellName: text("cell"))
      job.cellID = header["cellID"]?.stringValue
      job.isOptimized = header["optimized"]?.boolValue ?? false
      job.showsResult = header["showsResult"]?.boolValue ?? true
      job.isTrial = header["trial"]?.boolValue ?? false
      return compile(job, with: compiler)
    case "commit":
      compiler.isAssistanceStale = true
      guard let record = CellRecord(decoding: text("record")) else {
        return ["type": "failed", "reason": "a cell's record cannot be read"]
      }
      compiler.session.commit(record, completedSteps: header["steps"]?.intValue)
      return ["type": "committed"]
    case "reset":
      compiler.isAssistanceStale = true
      compiler.forget()
      return ["type": "added"]
    case "searchPath":
      compiler.isAssistanceStale = true
      compiler.searchPaths.append(text("path"))
      return ["type": "added"]
    case "complete":
      return compiler.completions(
        in: text("source"), at: header["offset"]?.intValue ?? 0
      ).encoded
    case "inspect":
      return compiler.inspection(
        of: text("source"), at: header["offset"]?.intValue ?? 0,
        isDetailed: header["detailed"]?.boolValue ?? false)?.encoded ?? ["type": "unknown"]
    case "completeness":
      return CompletenessCheck.check(text("source")).encoded
    case "names":
      return compiler.nameList
    default:
      return ["type": "failed", "reason": .string("unknown request \(request.type)")]
    }
  }

  private static func compile(_ job: CellCompiler.Job, with compiler: CellCompiler) -> JSONValue {
    do {
      let output = try compiler.compile(job)
      return [
        "type": "compiled", "library": .string(output.library),
        "record": .string(output.record.encoded),
        "replacements": .array(
          output.replacements.map { [.string($0.key), .string($0.function)] }),
        "warnings": .array(output.warnings.map(\.encoded)),
      ]
    } catch let failure as CellCompiler.Failure {
      let explained = failure.diagnostics.map { compiler.explained($0, in: job) }
      return ["type": "refused", "diagnostics": .array(explained.map(\.encoded))]
    } catch {
      return ["type": "failed", "reason": .string("\(error)")]
    }
  }
}
