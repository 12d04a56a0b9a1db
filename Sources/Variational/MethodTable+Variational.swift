import Amortization

extension MethodTable {
  /// The methods of variational inference.
  public static let variationalInference = MethodTable([
    AmortizationMethod(
      "variational inference", "VAE", objective: "−ELBO", domain: "variational posterior",
      context: "data", model: .full, loss: "objective",
      source: "arXiv:1312.6114",
      page: "20-variational-autoencoders.ipynb", cell: "train"),
    AmortizationMethod(
      "variational inference", "SAVAE", objective: "−ELBO", domain: "variational posterior",
      context: "data", model: .semi, loss: "objective",
      source: "arXiv:1802.02550",
      page: "21-iterative-inference.ipynb", cell: "savae-train"),
    AmortizationMethod(
      "variational inference", "IVAE", objective: "−ELBO", domain: "variational posterior",
      context: "data", model: .semi, loss: "objective",
      source: "arXiv:1807.09356",
      page: "21-iterative-inference.ipynb", cell: "learned-train"),
    AmortizationMethod(
      "variational inference", "NPE", objective: "−log q(θ | x)", domain: "posterior densities",
      context: "simulations", model: .full, loss: "objective",
      source: "arXiv:1605.06376",
      remark: "Neural posterior estimation is not in the tutorial's table.",
      page: "26-amortized-posteriors.ipynb", cell: "train"),
  ])
}
