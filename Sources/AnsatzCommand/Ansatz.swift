import ArgumentParser

@main
struct AnsatzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ansatz", abstract: "Swift notebooks for amortized optimization.",
    subcommands: [KernelCommand.self, CompileCellsCommand.self, RunCellsCommand.self, TrialCommand.self])
}
