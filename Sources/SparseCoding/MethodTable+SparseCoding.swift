import Amortization

extension MethodTable {
  /// The methods of sparse coding.
  public static let sparseCoding = MethodTable([
    AmortizationMethod(
      "sparse coding", "PSD", objective: "reconstruction", domain: "sparse code",
      context: "data", model: .full, loss: "regression",
      source: "arXiv:1010.3467",
      page: "22-sparse-coding.ipynb", cell: "train"),
    AmortizationMethod(
      "sparse coding", "LISTA", objective: "reconstruction", domain: "sparse code",
      context: "data", model: .semi, loss: "regression",
      source: "Gregor & LeCun, ICML 2010",
      page: "22-sparse-coding.ipynb", cell: "lista"),
  ])
}
