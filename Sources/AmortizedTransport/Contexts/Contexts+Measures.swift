import Amortization
import Tensors
import Transport

/// Measures from which transport maps are learned.
extension Contexts {
  /// A Gaussian measure's points.
  ///
  /// - Throws: where the covariance is not finite.
  public static func gaussian(_ measure: GaussianMeasure) throws -> Contexts {
    let root = try squareRoot(measure.covariance)
    return Contexts { count, generator in
      let z = Tensor.normal([count, measure.mean.size], dtype: .float64, from: &generator)
      return measure.mean + matmul(z, root)
    }
  }

  /// Eight Gaussians around the origin of the plane.
  public static func eightGaussians(radius: Double = 2, deviation: Double = 0.2) -> Contexts {
    Contexts { count, generator in
      let corner = Tensor.randomIntegers([count], in: 0..<8, from: &generator)
      let angle = corner.cast(to: .float64) * (Double.pi / 4)
      return planar(angle, radius, deviation, &generator)
    }
  }

  /// Circles around the origin of the plane, each equally likely.
  public static func rings(radii: [Double] = [0.7, 1.4, 2.1], deviation: Double = 0.06)
    -> Contexts
  {
    guard !radii.isEmpty else { fatalError("Contexts.rings: no radii; write radii: [1, 2]") }
    return Contexts { count, generator in
      let which = Tensor.randomIntegers([count], in: 0..<radii.count, from: &generator)
      let radius = Tensor(radii, dtype: .float64).take(which)
      let angle = Tensor.uniform([count], high: 2 * .pi, dtype: .float64, from: &generator)
      return planar(angle, radius, deviation, &generator)
    }
  }

  /// A spiral of Archimedes, with points evenly along its length.
  public static func spiral(turns: Double = 1.5, radius: Double = 2, deviation: Double = 0.08)
    -> Contexts
  {
    Contexts { count, generator in
      // Nearly: the length grows as the square of the angle.
      let t = sqrt(Tensor.uniform([count], dtype: .float64, from: &generator))
      return planar(t * (2 * Double.pi * turns), t * radius, deviation, &generator)
    }
  }

  /// Two half circles that reach into one another.
  public static func moons(radius: Double = 1.5, deviation: Double = 0.1) -> Contexts {
    Contexts { count, generator in
      let side = 2 * Tensor.randomIntegers([count], in: 0..<2, from: &generator) - 1
      let sign = side.cast(to: .float64)
      let angle = Tensor.uniform([count], high: .pi, dtype: .float64, from: &generator)
      let x = radius * (sign * cos(angle) - 0.5 * sign)
      let y = radius * (sign * sin(angle) - 0.25 * sign)
      let noise = Tensor.normal([count, 2], std: deviation, dtype: .float64, from: &generator)
      return stack([x, y], axis: 1) + noise
    }
  }
}

private func planar(
  _ angle: Tensor, _ radius: Tensor, _ deviation: Double, _ generator: inout Generator
) -> Tensor {
  let points = stack([radius * cos(angle), radius * sin(angle)], axis: 1)
  return points
    + Tensor.normal([angle.size, 2], std: deviation, dtype: .float64, from: &generator)
}

private func planar(
  _ angle: Tensor, _ radius: Double, _ deviation: Double, _ generator: inout Generator
) -> Tensor {
  planar(angle, Tensor.full([angle.size], radius, dtype: .float64), deviation, &generator)
}
