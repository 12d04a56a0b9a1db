// The plots of six.py, which writes their data first.
import Foundation

let folder = "/tmp/ansatz-six"
func numbers(_ name: String) throws -> [Double] {
  try String(contentsOfFile: "\(folder)/\(name).txt", encoding: .utf8)
    .split(whereSeparator: { $0.isWhitespace }).compactMap { Double($0) }
}
let samples = try (0..<3).map { try numbers("sample\($0)") }
let cloud = try numbers("cloud")
let (cloudX, cloudY) = (
  stride(from: 0, to: cloud.count, by: 2).map { cloud[$0] },
  stride(from: 1, to: cloud.count, by: 2).map { cloud[$0] }
)
let names = ["one", "two", "three"]
try Figure(columns: 3) {
  Axes { Boxes(samples, names: names, means: true) }
  Axes { Violins(samples, names: names, horizontal: true) }
  Axes { Streamlines(-3...3, -3...3, colors: .plasma) { x, y in (-1 - x * x + y, 1 + x - y * y) } }
  Axes { Hexbins(cloudX, cloudY) }
  Axes { Surface(-2...2, -2...2) { x, y in x * x - y * y } }
  Axes(projection: .polar) {
    Line(0...6.2832) { 1 + cos($0) }
    Bars([1, 2, 3, 4], [1, 0.5, 1.5, 0.8], opacity: 0.3)
  }
}
.save(to: "\(folder)/ours.png", dpi: 144)
