internal import _CVectorKernels
import Tensors

/// The two half-steps of Sinkhorn's algorithm on a geometry, in units of ε:
/// log Σ_j exp(h_j − c(i, j)/ε) for each row, and the same for each column.
///
/// Masses are part of `h`. An h of −∞ stands for no mass.
protocol SoftMinimum {
  mutating func rows(_ h: [Double]) -> [Double]
  mutating func columns(_ h: [Double]) -> [Double]
}

extension Geometry {
  /// The fastest half-steps that cannot underflow at this ε.
  func softMinimum(epsilon: Double, form wanted: SinkhornForm) -> any SoftMinimum {
    switch form {
    case .grid(let grid):
      // Products of the kernels span e^(scale/ε) and potentials as much again; doubles span e^700.
      let fits = scale() / epsilon < 250
      return fits && wanted != .logarithmic
        ? GridKernel(grid, epsilon) : GridLogarithms(grid: grid, inverse: 1 / epsilon)
    default:
      if mayMaterialize {
        return MatrixLogarithms(cost: costMatrix, inverse: 1 / epsilon)
      }
      return StreamedLogarithms(
        geometry: self, turned: transposed, inverse: 1 / epsilon)
    }
  }
}

/// Small kernels, one for each axis of a grid, in double precision.
struct GridKernel: SoftMinimum {
  let grid: GridAxes
  let kernels: [[Double]]

  init(_ grid: GridAxes, _ epsilon: Double) {
    self.grid = grid
    kernels = grid.costs.map { cost in exponentials(cost.map { -$0 / epsilon }) }
  }

  private func half(_ h: [Double], turned: Bool) -> [Double] {
    // Potentials have a free constant; the largest entry becomes 1.
    let shift = h.max() ?? 0
    let scaled = exponentials(shift > -.infinity ? h.map { $0 - shift } : h)
    return logarithms(grid.apply(kernels, to: scaled, turned: turned)).map { $0 + shift }
  }

  func rows(_ h: [Double]) -> [Double] { half(h, turned: false) }
  func columns(_ h: [Double]) -> [Double] { half(h, turned: true) }
}

struct GridLogarithms: SoftMinimum {
  let grid: GridAxes
  let inverse: Double

  func rows(_ h: [Double]) -> [Double] { grid.softened(h, inverse: inverse, turned: false) }
  func columns(_ h: [Double]) -> [Double] { grid.softened(h, inverse: inverse, turned: true) }
}

/// A matrix of costs that is there.
struct MatrixLogarithms: SoftMinimum {
  let cost: Tensor
  let inverse: Double

  func rows(_ h: [Double]) -> [Double] {
    filled(cost.shape[0]) { out in
      cost.withElements {
        vk_soft_rows(cost.dtype.rawValue, cost.shape[0], cost.shape[1], $0, inverse, h, out)
      }
    }
  }

  func columns(_ h: [Double]) -> [Double] {
    filled(cost.shape[1]) { out in
      cost.withElements {
        vk_soft_columns(cost.dtype.rawValue, cost.shape[0], cost.shape[1], $0, inverse, h, out)
      }
    }
  }
}

/// Costs that are computed, used and forgotten, a block of rows at a time: memory n + m.
struct StreamedLogarithms: SoftMinimum {
  let geometry: Geometry
  let turned: Geometry
  let inverse: Double

  private func half(_ geometry: Geometry, _ h: [Double]) -> [Double] {
    filled(geometry.rows) { out in
      geometry.forEachBlock { range, cost in
        cost.withElements {
          vk_soft_rows(
            cost.dtype.rawValue, range.count, geometry.columns, $0, inverse, h,
            out + range.lowerBound)
        }
      }
    }
  }

  func rows(_ h: [Double]) -> [Double] { half(geometry, h) }
  func columns(_ h: [Double]) -> [Double] { half(turned, h) }
}

func filled(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
  [Double](unsafeUninitializedCapacity: count) { out, initialized in
    initialized = count
    if let base = out.baseAddress, count > 0 { body(base) }
  }
}
