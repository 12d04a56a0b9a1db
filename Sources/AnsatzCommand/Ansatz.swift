import ArgumentParser

@main
struct AnsatzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ansatz",
    abstract: "Swift notebooks for amortized optimization.",
    discussion: """
      Jupyter starts the kernel by itself once it is installed:

        ansatz install --sys-prefix     into the active Python environment
        ansatz install --user           for this user
        jupyter lab                     then choose "Swift"
      """,
    version: ansatzVersion,
    subcommands: [
      InstallCommand.self, UninstallCommand.self, DoctorCommand.self, RunCommand.self,
      CheckCommand.self, SweepCommand.self, KernelCommand.self, CompileCellsCommand.self,
      RunCellsCommand.self,
    ])
}

/// The version of the whole package.
let ansatzVersion = "0.1.0"
