import Amortization

extension MethodTable {
  /// The methods of this family.
  public static let planning = MethodTable([
    AmortizationMethod(
      "control", "PILCO", objective: "expected cost", domain: "controller's parameters",
      context: "states", model: .full, loss: "objective",
      source: "Deisenroth & Rasmussen, ICML 2011",
      page: "56-learning-a-model.ipynb", cell: "run"),
    AmortizationMethod(
      "control", "POPLIN", objective: "−Q", domain: "controls",
      context: "states", model: .fullOrSemi, loss: "regression",
      source: "arXiv:1906.08649",
      page: "55-planning.ipynb", cell: "poplin-run"),
    AmortizationMethod(
      "control", "DCEM", objective: "−Q", domain: "controls",
      context: "states", model: .semi, loss: "objective",
      source: "arXiv:1909.12830",
      remark:
        "often listed with a regression loss; its control experiments train the decoder on the controller's cost",
      page: "57-latent-subspaces.ipynb", cell: "cart-train"),
  ])
}
