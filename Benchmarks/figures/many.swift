// Ten million points as a PNG: CPU time and the most memory that the process ever held, of one kind of mark
// (KIND: line, bars, stems, points). Each kind has a process of its own.
import Foundation

let kind = ProcessInfo.processInfo.environment["KIND"] ?? "line"
let count = 10_000_000
func cpu() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
func mostMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
  return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
}
// %%
let values = Tensor.uniform([count])
func figure() -> Figure {
  switch kind {
  case "bars": Figure { Bars(0..<count, values) }
  case "stems": Figure { Stems(values) }
  case "points": scatter(Tensor.uniform([count]), values)
  default: plot(values)
  }
}
// %%
let start = cpu()
let picture = figure().png()
print("many,\(kind),\(cpu() - start),\(mostMemory() / 1024)")
