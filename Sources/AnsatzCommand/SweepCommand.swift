import ArgumentParser
import Foundation

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run pages over seeds and parameters on Dask.",
    discussion: """
      Tells of each claim how often it holds, its median and its spread. The work is done by the
      Python package ansatz_jupyter of the environment that is active; `ansatz sweep -- --help` lists
      its options.
      """)

  @Argument(parsing: .captureForPassthrough, help: "Pages and options.")
  var arguments: [String] = []

  func run() throws {
    let python = ["python3", "-m", "ansatz_jupyter.sweep"]
    guard (try? Program.output(of: ["python3", "-c", "import ansatz_jupyter.sweep"])) != nil else {
      throw CommandFailure(
        "python3 on PATH does not have the package ansatz_jupyter; activate the environment of "
          + "your Jupyter and run: pip install \(Program.pythonPackage)")
    }
    let given = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
    let command = ["env"] + python + ["--program", Program.path] + given
    // Takes this program's place, so that Ctrl-C and the exit status are those of the sweep.
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    execvp("env", &words)
    throw CommandFailure("python3 could not be started: \(String(cString: strerror(errno)))")
  }
}
