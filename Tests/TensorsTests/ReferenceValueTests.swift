import Tensors
import Testing

private let infinity = Double.infinity

private func vector(_ values: [Double]) -> Tensor { Tensor(values, dtype: .float64) }

/// Values at repeated, infinite and missing numbers, by NumPy 2.4 and SciPy 1.17.
@Suite struct ReferenceValues {
  /// `numpy.searchsorted` and `numpy.unique(return_inverse=True)`.
  @Test func missingNumbersBelongAtTheEnd() {
    let edges = vector([0, 1, 1, 2, 3])
    let probe = vector([-1, 0, 1, 1.5, 3, 4, .nan, infinity])
    #expect(edges.searchSorted(probe).integers == [0, 0, 1, 3, 4, 5, 5, 5])
    #expect(edges.searchSorted(probe, afterEqual: true).integers == [0, 1, 3, 3, 5, 5, 5, 5])
    let withNaN = vector([1, .nan, .nan])
    #expect(withNaN.searchSorted(vector([.nan, 2])).integers == [1, 1])
    #expect(withNaN.searchSorted(vector([.nan, 2]), afterEqual: true).integers == [3, 1])
    #expect(vector([2, .nan, 1, .nan]).uniqueWithInverse().inverse.integers == [1, 2, 0, 2])
  }

  /// `numpy.searchsorted`: 2⁵³ and 2⁵³ + 1 are one number among doubles.
  @Test func longIntegersAreToldApart() {
    let x = Tensor([1 << 53, (1 << 53) + 1, 1 << 62], dtype: .int64)
    #expect(x.searchSorted(x).integers == [0, 1, 2])
    #expect(x.uniqueWithInverse().inverse.integers == [0, 1, 2])
  }

  /// `numpy.interp`.
  @Test func interpolationAtJumpsAndInfinities() {
    let values = vector([1, 2, 3, infinity, 5])
    let places = vector([0, 1, 1, 2, 2])
    let at = vector([-1, 0, 0.5, 1, 1.5, 2, 3, infinity, -infinity, .nan])
    let found = values.interpolated(from: places, at: at)
    #expect(agree(found, [1, 1, 1.5, 3, infinity, 5, 5, 5, 1, .nan]))
    let one = vector([3]).interpolated(from: vector([0]), at: vector([infinity, -5, .nan]))
    #expect(agree(one, [3, 3, .nan]))
    let slope = gradient(at: vector([0.5, 1.25])) {
      vector([1, 2, 3, 7]).interpolated(from: vector([0, 1, 1, 2]), at: $0).sum()
    }
    #expect(slope.doubles == [1, 4])
  }

  /// `numpy.convolve([1, 2, 3, 4], [1, inf, 2])`.
  @Test func infinitiesStayInTheirWindow() {
    let found = convolve(vector([1, 2, 3, 4]), vector([1, infinity, 2]))
    #expect(agree(found, [1, infinity, infinity, infinity, infinity, 8]))
  }

  /// `scipy.special.erfinv`, `psi`; `numpy.hypot`.
  @Test func specialFunctionsAtTheEnds() {
    let x = vector([1 - 1e-12, 1e-12 - 1, 1 - 0x1p-53, 0.5, 0.50000001, 1e-300, -0.1])
    let expected = [
      5.042031898572696, -5.042031898572696, 5.8635847487551676, 0.4769362762044699,
      0.47693628733031823, 8.862269254527581e-301, -0.08885599049425769,
    ]
    for (a, b) in zip(erfInverse(x).doubles, expected) { #expect(abs(a / b - 1) < 1e-13) }
    #expect(agree(digamma(vector([0, -0.0, -1])), [-infinity, infinity, .nan]))
    let a = vector([infinity, .nan, -infinity, .nan]), b = vector([.nan, -infinity, 1, 1])
    #expect(agree(hypot(a, b), [infinity, infinity, infinity, .nan]))
  }

  /// 1/√(1 − x²) and 1/(1 − x²) at x = 1 − 10⁻⁸, in rational numbers.
  @Test func derivativesBesideOne() {
    let x = vector([0.99999999])
    #expect(abs(gradient(at: x) { asin($0).sum() }.item() / 7071.067811777938 - 1) < 1e-14)
    #expect(abs(gradient(at: x) { acos($0).sum() }.item() / 7071.067811777938 + 1) < 1e-14)
    #expect(abs(gradient(at: x) { atanh($0).sum() }.item() / 49999999.998762034 - 1) < 1e-14)
  }

  /// `torch.logsumexp`: a row of −∞ has the gradient 0.
  @Test func sumsWithoutTermsHaveNoGradient() {
    let x = Tensor([[-infinity, -infinity], [0, 0], [-infinity, 3]], dtype: .float64)
    let (value, slope) = valueAndGradient(at: x) { x in (logSumExp(x)[1...]).sum() }
    #expect(agree(value, [0.6931471805599453 + 3]))
    #expect(slope.doubles == [0, 0, 0.5, 0.5, 0, 1])
  }

  /// `numpy.histogram(x[~isnan(x)])`, wherever NaN stands.
  @Test func histogramsLeaveMissingNumbersOut() {
    for x in [[.nan, 1, 2, 2], [1, .nan, 2, 2], [2, 2, 1, .nan]] as [[Double]] {
      #expect(vector(x).histogram(bins: 2).counts.integers == [1, 2])
    }
  }

  /// `scipy.optimize.brentq` refuses these.
  @Test func rootsOfNoNumberAreRefused() {
    #expect(throws: NoRootError.self) {
      try root(in: 0 ... .infinity) { $0 > 1e9 ? 1.0 : -1.0 }
    }
    #expect(throws: NoRootError.self) {
      try root(in: -1...2) { $0 < -0.5 ? -1 : $0 > 1.5 ? 1 : Double.nan }
    }
  }
}
