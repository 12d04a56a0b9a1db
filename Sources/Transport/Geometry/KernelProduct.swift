import Tensors

/// x ↦ x·exp(−c/ε) for rows of x, one axis of a grid at a time.
package struct KernelProduct: Sendable {
  private let kernels: [Tensor]
  private let sources: [Int]
  private let targets: [Int]

  package init(_ geometry: Geometry, _ epsilon: Double) {
    if case .grid(let grid) = geometry.form {
      kernels = grid.costs.indices.map { k in
        exp(
          Tensor(grid.costs[k], shape: [grid.sources[k], grid.targets[k]], .float64) / -epsilon)
      }
      (sources, targets) = (grid.sources, grid.targets)
    } else {
      kernels = [exp(geometry.costMatrix.cast(to: .float64) / -epsilon)]
      (sources, targets) = ([geometry.rows], [geometry.columns])
    }
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let rows = x.shape[0]
    if kernels.count == 1 { return matmul(x, kernels[0]) }
    // Each axis in turn becomes the last, is multiplied, and moves to the front of the others.
    var current = x.reshaped([rows] + sources)
    for k in kernels.indices.reversed() {
      let shape = current.shape
      let flat = current.reshaped([x.size == 0 ? 0 : current.size / sources[k], sources[k]])
      current = matmul(flat, kernels[k]).reshaped(shape.dropLast() + [targets[k]])
      current = current.movedAxis(-1, to: 1)
    }
    return current.reshaped([rows, targets.reduce(1, *)])
  }
}
