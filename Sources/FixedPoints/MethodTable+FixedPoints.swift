import Amortization

extension MethodTable {
  /// The methods of fixed points and factorization.
  public static let fixedPoints = MethodTable([
    AmortizationMethod(
      "fixed points", "NeuralFP", objective: "fixed-point residual", domain: "fixed-point iterates",
      context: "contexts of the map", model: .semi, loss: "summed objective",
      source: "arXiv:2107.10254",
      page: "30-fixed-points.ipynb", cell: "train-code"),
    AmortizationMethod(
      "fixed points", "HyperAA", objective: "fixed-point residual", domain: "fixed-point iterates",
      context: "contexts of the map", model: .semi, loss: "summed regression",
      source: "Bai, Koltun & Kolter, ICLR 2022",
      page: "31-equilibrium-models.ipynb", cell: "hyper-train"),
    AmortizationMethod(
      "fixed points", "HyperDEQ", objective: "equilibrium residual", domain: "equilibrium iterates",
      context: "model's parameters and input", model: .semi, loss: "summed regression",
      source: "Bai, Koltun & Kolter, ICLR 2022",
      page: "31-equilibrium-models.ipynb", cell: "hyper-train"),
    AmortizationMethod(
      "fixed points", "NeuralNMF", objective: "factorization residual", domain: "factorizations",
      context: "matrices", model: .semi, loss: "summed objective",
      source: "arXiv:2202.00264",
      page: "34-factorisation.ipynb", cell: "neural-train"),
  ])
}
