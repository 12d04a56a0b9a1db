// What all sections begin with; each writes lines `name number`.
import Foundation

func cpu() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
func timed(_ body: () throws -> Void) rethrows -> (wall: Double, cpu: Double) {
  let (start, used) = (Date(), cpu())
  try body()
  return (Date().timeIntervalSince(start), cpu() - used)
}
let folder = ProcessInfo.processInfo.environment["ANSATZ_SHARED_DATA"] ?? "../shared/data"
func unpacked(_ name: String) throws -> [[Double]] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", folder + "/potts/" + name]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  return text.split(separator: "\n")
    .map { $0.split(whereSeparator: \.isWhitespace).compactMap { Double($0) } }
}
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
let section = CommandLine.arguments.last ?? ""
