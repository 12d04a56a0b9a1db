import Amortization

extension MethodTable {
  /// The methods of meta-learning.
  public static let metaLearning = MethodTable([
    AmortizationMethod(
      "meta-learning", "HyperNets", objective: "task loss", domain: "model parameters",
      context: "tasks", model: .full, loss: "objective",
      source: "arXiv:1609.09106",
      page: "23-hypernetworks.ipynb", cell: "train"),
    AmortizationMethod(
      "meta-learning", "LM", objective: "task loss", domain: "model parameters",
      context: "tasks", model: .semi, loss: "objective, by reinforcement learning",
      source: "arXiv:1606.01885",
      page: "24-learning-to-optimize.ipynb", cell: "policy-train"),
    AmortizationMethod(
      "meta-learning", "MAML", objective: "task loss", domain: "model parameters",
      context: "tasks", model: .semi, loss: "objective",
      source: "arXiv:1703.03400",
      page: "25-meta-learning.ipynb", cell: "train"),
  ])
}
