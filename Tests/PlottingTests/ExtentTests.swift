import Testing

import Plotting

/// The extent of long columns is found eight numbers together; these compare it with one number
/// after the other.
struct ExtentTests {
  private func oneByOne(_ values: [Double]) -> Extent {
    var extent = Extent()
    for value in values { extent.add(value) }
    return extent
  }

  @Test(arguments: [0, 1, 7, 8, 9, 16, 23, 100])
  func wholeColumnsOfEveryLength(count: Int) {
    // Every place of a lane takes its turn as the lowest, the highest and the smallest positive.
    for turn in 0..<max(count, 1) {
      let values = (0..<count).map { index -> Double in
        let k = (index + turn) % max(count, 1)
        return k == 0 ? -7 : k == 1 ? 9 : k == 2 ? 1e-300 : k == 3 ? 0 : Double(k % 5) - 2
      }
      #expect(Extent(whole: values) == oneByOne(values))
      #expect(isWhole(values))
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aGapAnywhereIsFound(gap: Double) {
    for count in [1, 8, 21] {
      for place in 0..<count {
        var values = (0..<count).map { Double($0) - 3 }
        values[place] = gap
        #expect(Extent(whole: values) == nil)
        #expect(!isWhole(values))
        var extent = Extent()
        extent.add(values)
        #expect(extent == oneByOne(values))
      }
    }
  }

  @Test func sumsThatOverflowAreNoGap() {
    let values = [Double](repeating: 1.7e308, count: 20) + [-1.7e308]
    #expect(isWhole(values))
    #expect(Extent(whole: values)?.high == 1.7e308)
  }

  @Test func endsThatAreHardStaySo() {
    var extent = Extent.of([0, 1], hard: true)
    extent.add([Double](repeating: 0.5, count: 30))
    #expect(extent.hasHardLow && extent.hasHardHigh)
  }
}
