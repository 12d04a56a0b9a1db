// Draws twelve figures as a reader would: `twelve.sh` puts them beside matplotlib's.
import Foundation

let data = try loadNPZ("/tmp/ansatz-twelve/data.npz")
func column(_ name: String) -> Tensor { data[name]! }
let folder = "/tmp/ansatz-twelve"
let x = Tensor.linspace(-5, 5, 501, dtype: .float64)
let solution = sin(x) + x * (1 + 0.1 * cos(x))

// %%
let curve = plot(
  x, solution, title: "The solution map", x: "context $x$",
  y: "$y^\\star(x) = \\arg\\min_y f(y; x)$")
try curve.save(to: "\(folder)/ours-01.png")

// %%
let losses = Figure("Two ways to learn") {
  Axes(x: "step", y: .log("loss")) {
    Line(column("objective"), label: "objective")
    Band(column("objective_low"), column("objective_high"))
    Line(column("regression"), label: "regression", style: .dashed)
    Band(column("regression_low"), column("regression_high"))
  }
}
try losses.save(to: "\(folder)/ours-02.png")

// %%
let landscape = Figure("An objective and its minimisers") {
  Axes(x: "context $x$", y: "variable $y$") {
    Contour(-5...5, -10...10, levels: 12, fill: true, label: "$f(y; x)$") { x, y in
      let gap = y - sin(x) - x * (1 + 0.1 * cos(x))
      return 1 / (1 + exp(-gap * gap / 80))
    }
    Line(x, solution, label: "$y^\\star(x)$", color: .white)
    Line(x, solution * 0.9 - 0.4, label: "$\\hat y_\\theta(x)$", color: .orange, style: .dashed)
  }
}
try landscape.save(to: "\(folder)/ours-03.png")

// %%
let cloud = scatter(
  column("cloud_x"), column("cloud_y"), values: column("cloud_v"), opacity: 0.8,
  title: "Samples by energy", x: "$x_1$", y: "$x_2$")
try cloud.save(to: "\(folder)/ours-04.png")

// %%
let density = Figure("Samples and density") {
  Axes(x: "$x$", y: "density") {
    Histogram(column("normal"), bins: 40, density: true, label: "samples", opacity: 0.5)
    Line(-4...4, label: "$\\frac{1}{\\sqrt{2\\pi}} e^{-x^2/2}$") { exp(-$0 * $0 / 2) / 2.5066 }
  }
}
try density.save(to: "\(folder)/ours-05.png")

// %%
let coupling = heatmap(
  column("plan"), colors: .magma, title: "A coupling", x: "target $j$", y: "source $i$")
try coupling.save(to: "\(folder)/ours-06.png")

// %%
let correlations = heatmap(
  column("correlations"), colors: .diverging, range: -1...1, showsValues: true,
  title: "Correlations")
try correlations.save(to: "\(folder)/ours-07.png")

// %%
let names = ["zeros", "Gaussian", "learned", "warm start"]
let bars = Figure("Iterations to $10^{-3}$") {
  Axes(y: "iterations") {
    Bars(names, [20.6, 15.8, 8.1, 5.2], label: "digits", group: (0, 2))
    Bars(names, [31.5, 24.2, 9.4, 7.7], label: "spheres", group: (1, 2))
  }
}
try bars.save(to: "\(folder)/ours-08.png")

// %%
let saddle = Figure("A saddle and its gradient flow") {
  Axes(x: "$y_1$", y: "$y_2$", aspect: .equal) {
    Contour(-2...2, -2...2, levels: 12, labels: true, color: .muted) { a, b in a * a - b * b }
    Quiver(-1.9...1.9, -1.9...1.9, color: .blue, samples: 14) { a, b in (-2 * a, 2 * b) }
  }
}
try saddle.save(to: "\(folder)/ours-09.png")

// %%
let panels = Figure("Depth", columns: 2, sharing: .both) {
  for k in 1...4 {
    Axes("$K = \(k)$", x: "$x$", y: "$y$") {
      Line(x, sin(x * Double(k)), label: "$\\sin \(k)x$")
      Line(x, cos(x * Double(k)), label: "$\\cos \(k)x$", style: .dashed)
    }
  }
}
try panels.save(to: "\(folder)/ours-10.png")

// %%
let digits = imageGrid(column("digits"), columns: 8, title: "Digits")
try digits.save(to: "\(folder)/ours-11.png")

// %%
let sphere = Figure("A function on the sphere") {
  Axes(projection: .mollweide) {
    Contour(-180...180, -90...90, levels: 9, fill: true) { a, b in
      sin(a * .pi / 60) * cos(b * .pi / 180)
    }
    Line([-120.0, 10, 150], [20.0, 60, -30], color: .white, marker: .circle)
  }
}
try sphere.save(to: "\(folder)/ours-12.png")
