import Amortization

extension MethodTable {
  /// The methods of this family.
  public static let transport = MethodTable([
    AmortizationMethod(
      "optimal transport", "Meta OT", objective: "dual transport cost", domain: "optimal couplings",
      context: "measures", model: .full, loss: "objective",
      source: "arXiv:2206.05262",
      page: "41-meta-ot-digits.ipynb", cell: "train"),
    AmortizationMethod(
      "optimal transport", "CondOT", objective: "dual transport cost", domain: "optimal couplings",
      context: "contextual information", model: .full, loss: "objective",
      source: "arXiv:2206.14262",
      remark: "in the table of arXiv:2202.00665 since April 2023",
      page: "45-conditional-transport.ipynb", cell: "train"),
    AmortizationMethod(
      "optimal transport", "AmorConj", objective: "conjugate's objective",
      domain: "support of the source",
      context: "support of the target", model: .full, loss: "objective",
      source: "arXiv:2210.12153",
      page: "44-conjugates-and-slices.ipynb", cell: "train"),
    AmortizationMethod(
      "optimal transport", "A-SW", objective: "max-sliced distance", domain: "slices on the sphere",
      context: "mini-batches", model: .full, loss: "objective",
      source: "arXiv:2203.13417",
      page: "44-conjugates-and-slices.ipynb", cell: "train-slices"),
  ])
}
