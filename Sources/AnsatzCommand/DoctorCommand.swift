import ArgumentParser
import Foundation

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is missing for running cells, and how to mend it.",
    discussion: """
      One line for each part. The exit status is 0 when all are well; a line marked 'note' tells \
      of something that does not keep this kernel from running.
      """)

  @Option(help: "The Python environment to look into; without it, the active one.")
  var prefix: String?

  @Flag(help: "Do not run a cell.")
  var noTrial = false

  func run() throws {
    var findings = [Checkup.program(), Checkup.toolchain(), Checkup.compilerParts()]
    findings += [Checkup.libraries(), Checkup.caches()]
    let pythonPrefix = prefix.map(Program.absolute)
    findings += Checkup.kernelspecs(pythonPrefix: pythonPrefix)
    if let tools = Checkup.pythonTools(pythonPrefix: pythonPrefix) { findings.append(tools) }
    for finding in findings { print(finding) }
    guard !noTrial else { throw ExitCode(Self.status(findings)) }
    Program.runBesideMainQueue { [findings] in
      let last = Checkup.trialCell()
      print(last)
      return Self.status(findings + [last])
    }
  }

  private static func status(_ findings: [Finding]) -> Int32 {
    findings.contains { $0.verdict == .broken } ? 1 : 0
  }
}

/// What a check found: one line.
struct Finding: CustomStringConvertible, Sendable {
  enum Verdict: String, Sendable {
    case well = "ok"
    case note = "note"
    case broken = "BROKEN"
  }

  var part: String
  var verdict: Verdict
  var text: String
  /// What to do about it.
  var mend: String?

  var description: String {
    let label = (part + ":").padding(toLength: 12, withPad: " ", startingAt: 0)
    let status = verdict.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
    return "\(label) \(status) \(text)" + (mend.map { "; mend: \($0)" } ?? "")
  }
}
