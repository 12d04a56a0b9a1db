import ArgumentParser
import CellEngine
import Foundation

/// Temporary: runs cells from files, each file split at `// %%`.
struct TrialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "trial")
  @Argument var file: String
  @Option var interruptAfter: Double = 0

  final class Watcher: CellObserver {
    func cell(_ tag: CellTag, emitted event: CellEvent) {
      switch event {
      case .output(let t): print("out[\(tag.rawValue)]", t.debugDescription)
      case .errorOutput(let t): print("err[\(tag.rawValue)]", t)
      case .notebook(let e): print("event[\(tag.rawValue)]", e)
      case .question(_, _, let answer): answer("typed")
      }
    }
  }

  func run() throws {
    let session = try CellSession(configuration: .init(), observer: Watcher())
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (index, source) in text.components(separatedBy: "// %%\n").enumerated() {
      let start = Date()
      if interruptAfter > 0 {
        Thread.detachNewThread { [interruptAfter] in Thread.sleep(forTimeInterval: interruptAfter); session.interrupt() }
      }
      let report = session.run(CellRequest(source: source, number: index + 1), tag: CellTag(rawValue: index + 1))
      let ms = Int(Date().timeIntervalSince(start) * 1000)
      switch report.outcome {
      case .completed(let r): print("[\(index + 1)] \(ms)ms (c \(Int(report.timings.compiling*1000)) r \(Int(report.timings.running*1000)))", r.map { "\($0.data["text/plain"]!)" } ?? "")
      case .failed(let f): print("[\(index + 1)] \(ms)ms FAILED \(f.name): \(f.message)\n" + f.traceback.joined(separator: "\n"))
      }
    }
    session.shutDown()
  }
}
