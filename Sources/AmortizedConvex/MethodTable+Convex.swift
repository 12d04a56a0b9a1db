import Amortization

extension MethodTable {
  /// The methods of this family.
  public static let conePrograms = MethodTable([
    AmortizationMethod(
      "fixed points", "NeuralSCS", objective: "cone-program residual",
      domain: "cone-program iterates",
      context: "cone program's parameters", model: .semi, loss: "summed objective",
      source: "arXiv:2107.10254",
      page: "32-quadratic-and-cone-programs.ipynb", cell: "scs-train"),
    AmortizationMethod(
      "fixed points", "RLQP", objective: "iterations of the QP solver", domain: "QP iterates",
      context: "QP's parameters", model: .semi, loss: "objective, by reinforcement learning",
      source: "arXiv:2107.10847",
      page: "33-learning-the-solver.ipynb", cell: "agent"),
  ])
}
