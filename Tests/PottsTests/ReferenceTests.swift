import Foundation
import Potts
import Testing

/// plmc's own regression test on dihydrofolate reductases, where its data are beside the project.
private let folder = ProcessInfo.processInfo.environment["ANSATZ_SHARED_DATA"] ?? "../shared/data"
private let isThere = FileManager.default.fileExists(atPath: folder + "/potts/DHFR.a2m.gz")

@Suite(.enabled(if: isThere, "no data of plmc in ../shared/data: its comparison is left out"))
struct ReferenceTests {
  private func numbers(_ name: String) throws -> [Double] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", folder + "/potts/" + name]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
      .compactMap { Double($0.split(separator: " ").last ?? "") }
  }

  /// plmc leaves out the sequences with an X at a modelled site and writes 0 for them.
  @Test func weightsOfDHFR() throws {
    let family = try Alignment(
      folder + "/potts/DHFR.a2m.gz", query: "DYR_ECOLI", unknown: .dropSequences
    ).weighted()
    #expect(family.sites == 159 && family.numbers == Array(1...159))
    let weights = try numbers("DHFR.plmc-weights.txt.gz").filter { $0 > 0 }
    #expect(weights.count == family.count)
    #expect(zip(weights, family.weights).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
