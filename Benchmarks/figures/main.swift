// Times the figures of matplotlib_figures.py as a reader's cells draw them: `run` compares both.
import Foundation

/// Processor time of all threads, in seconds.
func cpu() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
func measure(_ name: String, repetitions: Int = 5, _ work: () -> Int) {
  var walls: [Double] = []
  var cpus: [Double] = []
  var size = 0
  for _ in 0..<repetitions {
    let (start, used) = (Date(), cpu())
    size = work()
    walls.append(-start.timeIntervalSinceNow * 1000)
    cpus.append((cpu() - used) * 1000)
  }
  let middle = repetitions / 2
  let numbers = [walls.sorted()[middle], cpus.sorted()[middle]].map { String(format: "%.1f", $0) }
  print("\(name),\(numbers[0]),\(numbers[1]),\(size)")
}
let scale = 1.4  // about matplotlib's 640 × 480 pixels
// A kernel that has stood for a moment, as when a reader has typed the cell.
Thread.sleep(forTimeInterval: 1.5)

// %%
let x = Tensor.linspace(0, 9.98, 500)
func simple() -> Figure { plot(x, sin(x), label: "sin", title: "A curve", x: "x", y: "y") }
func panels() -> Figure {
  Figure("Four", columns: 2, width: 800) {
    for k in 1...4 {
      Axes("Plot \(k)", x: "x", y: "y") {
        for j in 1...3 { Line(x, sin(x * Double(k * j)), label: "curve \(j)") }
      }
    }
  }
}
let cloud = Tensor.uniform([3, 2, 100_000]).sum(axis: 0)
let walk = Tensor.uniform([1_000_000], low: -0.5, high: 0.5, dtype: .float64).cumulativeSum()
let field = Tensor.uniform([4096, 4096])

// %%
print("figure,milliseconds,cpu,bytes")
measure("first figure", repetitions: 1) { simple().png(scale: scale).count }
measure("one figure") { simple().png(scale: scale).count }
measure("four panels") { panels().png(scale: 1).count }
measure("100 000 points") { scatter(cloud[0], cloud[1], opacity: 0.3).png(scale: scale).count }
measure("1 000 000-point line") { plot(walk).png(scale: scale).count }
measure("60-frame animation", repetitions: 1) {
  animate(0..<60, scale: scale) { t in
    plot(x, sin(x + Double(t) / 10), x: "x", y: "y")
  }.gif().count
}
measure("heat map 4096 × 4096", repetitions: 1) { heatmap(field).png(scale: scale).count }
