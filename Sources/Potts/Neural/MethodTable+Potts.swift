import Amortization

extension MethodTable {
  /// The method of this family.
  public static let neuralPotts = MethodTable([
    AmortizationMethod(
      "meta-learning", "Neural Potts", objective: "pseudo-likelihood",
      domain: "Potts model's parameters",
      context: "protein sequences", model: .full, loss: "objective",
      source: "doi:10.1101/2021.04.08.439084",
      remark: "its model reads the query sequence alone; the alignment enters through the loss",
      page: "61-neural-potts.ipynb", cell: "train")
  ])
}
