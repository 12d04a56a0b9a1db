import Amortization

extension MethodTable {
  /// The methods of this family.
  public static let reinforcement = MethodTable([
    AmortizationMethod(
      "control", "BC", objective: "−Q", domain: "controls",
      context: "states", model: .full, loss: "regression",
      source: "Pomerleau, 1988",
      page: "50-policies-as-amortized-solvers.ipynb", cell: "train"),
    AmortizationMethod(
      "control", "DPG", objective: "−Q", domain: "controls",
      context: "states", model: .full, loss: "objective",
      source: "Silver et al., ICML 2014",
      remark: "with its deep forms DDPG (arXiv:1509.02971) and TD3 (arXiv:1802.09477)",
      page: "50-policies-as-amortized-solvers.ipynb", cell: "train"),
    AmortizationMethod(
      "control", "IAPO", objective: "−Q", domain: "controls",
      context: "states", model: .semi, loss: "objective",
      source: "arXiv:2010.10670",
      page: "53-iterative-policies.ipynb", cell: "train-iterative"),
    AmortizationMethod(
      "control", "SVG", objective: "E −Q", domain: "control distributions",
      context: "states", model: .full, loss: "objective",
      source: "arXiv:1510.09142",
      remark: "with the entropy of SAC (arXiv:1801.01290) the objective is a divergence from exp Q",
      page: "51-the-same-picture-twice.ipynb", cell: "train-both"),
    AmortizationMethod(
      "control", "SAC", objective: "divergence from exp Q", domain: "control distributions",
      context: "states", model: .full, loss: "objective",
      source: "arXiv:1801.01290",
      remark:
        "sometimes listed with the divergence as its loss; as a family of problems the divergence is the objective",
      page: "52-actor-critics.ipynb", cell: "live"),
    AmortizationMethod(
      "control", "GPS", objective: "divergence from a controller", domain: "control distributions",
      context: "states", model: .full, loss: "divergence",
      source: "Levine & Koltun, ICML 2013",
      page: "54-policies-from-controllers.ipynb", cell: "guided"),
  ])
}
