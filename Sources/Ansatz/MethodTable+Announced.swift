import Amortization

// Rows of families that have no module of their own yet. A family that gets one takes its rows along.
extension MethodTable {
  static let conePrograms = MethodTable([
    AmortizationMethod(
      "fixed points", "NeuralSCS", objective: "cone-program residual",
      domain: "cone-program iterates",
      context: "cone program's parameters", model: .semi, loss: "summed objective",
      source: "arXiv:2107.10254",
      page: "32-quadratic-and-cone-programs.ipynb"),
    AmortizationMethod(
      "fixed points", "RLQP", objective: "iterations of the QP solver", domain: "QP iterates",
      context: "QP's parameters", model: .semi, loss: "objective, by reinforcement learning",
      source: "arXiv:2107.10847",
      page: "33-learning-the-solver.ipynb"),
  ])

  static let control = MethodTable([
    AmortizationMethod(
      "control", "PILCO", objective: "expected cost", domain: "controller's parameters",
      context: "states", model: .full, loss: "objective",
      source: "Deisenroth & Rasmussen, ICML 2011"),
    AmortizationMethod(
      "control", "POPLIN", objective: "−Q", domain: "controls",
      context: "states", model: .fullOrSemi, loss: "regression",
      source: "arXiv:1906.08649",
      page: "55-planning.ipynb"),
    AmortizationMethod(
      "control", "DCEM", objective: "−Q", domain: "controls",
      context: "states", model: .semi, loss: "objective",
      source: "arXiv:1909.12830",
      remark:
        "often listed with a regression loss; its control experiments train the decoder on the controller's cost",
      page: "57-latent-subspaces.ipynb"),
  ])
}
