// Times the figures of matplotlib_figures.py drawn by Plotting, and writes the pictures.
import Foundation
import Plotting

func measure(_ name: String, repetitions: Int = 5, _ work: () -> Int) {
  var times: [Double] = []
  var size = 0
  for _ in 0..<repetitions {
    let start = Date()
    size = work()
    times.append(-start.timeIntervalSinceNow * 1000)
  }
  times.sort()
  print("\(name),\(String(format: "%.1f", times[times.count / 2])),\(size)")
}

let x = (0..<500).map { Double($0) / 50 }
func simple() -> Figure {
  plot(x, x.map { sin($0) }, label: "sin", title: "A curve", x: "x", y: "y")
}
func panels() -> Figure {
  Figure("Four", columns: 2, width: 800) {
    for k in 1...4 {
      Axes("Plot \(k)", x: "x", y: "y") {
        for j in 1...3 { Line(x, x.map { sin(Double(k * j) * $0) }, label: "curve \(j)") }
      }
    }
  }
}
var state: UInt64 = 7
func uniform() -> Double {
  state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
  return Double(state >> 11) / Double(1 << 53)
}
let cloudX = (0..<100_000).map { _ in uniform() + uniform() + uniform() }
let cloudY = (0..<100_000).map { _ in uniform() + uniform() + uniform() }
var walk = [0.0]
for _ in 1..<1_000_000 { walk.append(walk[walk.count - 1] + uniform() - 0.5) }
var heights: [Double] = []
for index in 0..<(4096 * 4096) { heights.append(Double((index * 31) & 1023)) }
let field = PlotValues(heights, shape: [4096, 4096])

let scale = 1.4  // about matplotlib's 640 × 480 pixels
print("figure,milliseconds,bytes")
measure("first figure", repetitions: 1) { simple().png(scale: scale).count }
measure("one figure") { simple().png(scale: scale).count }
measure("four panels") { panels().png(scale: 1).count }
measure("100 000 points") { scatter(cloudX, cloudY, opacity: 0.3).png(scale: scale).count }
measure("1 000 000-point line") { plot(walk).png(scale: scale).count }
measure("60-frame animation", repetitions: 1) {
  animate(0..<60, scale: scale) { t in
    plot(x, x.map { sin($0 + Double(t) / 10) }, x: "x", y: "y")
  }.gif().count
}
measure("heat map 4096 × 4096", repetitions: 1) { heatmap(field).png(scale: scale).count }
