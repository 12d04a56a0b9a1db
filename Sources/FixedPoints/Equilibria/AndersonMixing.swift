internal import _CFixedPointKernels
import Tensors

/// Anderson's mixing of the last points of a batch, row by row, in place and without gradients.
///
/// It is that of ``LeastSquaresWeights``, from differences of neighbours instead of differences to
/// the present point, so that each step needs the products with its own difference only.
struct AndersonMixing {
  private let memory: Int
  private let regularization: Double
  private let type: DType
  private let lastImage: Tensor, lastResidual: Tensor
  private let images: Tensor, residuals: Tensor
  private let products: Tensor
  /// Points seen since the beginning.
  private var seen = 0

  /// - Parameter point: `[n, width]`.
  init(like point: Tensor, memory: Int, regularization: Double) {
    // More differences than that span nothing new in 64-bit numbers.
    self.memory = Swift.min(memory, 32)
    self.regularization = regularization
    type = point.dtype == .float64 ? .float64 : .float32
    let shape = point.shape
    lastImage = Tensor(uninitialized: shape, type)
    lastResidual = Tensor(uninitialized: shape, type)
    images = Tensor(uninitialized: [self.memory] + shape, type)
    residuals = Tensor(uninitialized: [self.memory] + shape, type)
    products = Tensor(uninitialized: [shape[0], self.memory, self.memory], .float64)
  }

  /// Begins anew with the next point.
  mutating func forget() { seen = 0 }

  /// The next point, from the image of the present one and its residual.
  mutating func next(image: Tensor, residual: Tensor) -> Tensor {
    let z = Tensor(uninitialized: image.shape, type)
    let slot = seen == 0 ? 0 : (seen - 1) % memory
    let count = Swift.min(seen, memory)
    seen += 1
    image.cast(to: type).withElements { f in
      residual.cast(to: type).withElements { r in
        z.withElements { z in
          images.withElements { images in
            residuals.withElements { residuals in
              lastImage.withElements { lastImage in
                lastResidual.withElements { lastResidual in
                  products.withElements { products in
                    cf_mix(
                      type == .float64 ? 1 : 0, image.dim(0), image.dim(1), memory, slot,
                      count, regularization, f, r, lastImage, lastResidual, images, residuals,
                      products.assumingMemoryBound(to: Double.self), z)
                  }
                }
              }
            }
          }
        }
      }
    }
    return z.cast(to: image.dtype)
  }
}
