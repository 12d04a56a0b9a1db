import ArgumentParser

@main
struct AnsatzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ansatz", abstract: "Swift notebooks for amortized optimization.")
}
