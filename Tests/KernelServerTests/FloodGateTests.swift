import KernelServer
import Testing

@Suite struct FloodGateTests {
  private typealias Chunk = FloodGate.Chunk

  private func text(_ chunks: [FloodGate.Chunk]) -> String { chunks.map(\.text).joined() }

  @Test func letsTheUsualPass() {
    var gate = FloodGate()
    for number in 0..<1000 {
      let passed = gate.admit(Chunk(.stdout, "\(number)\n"), at: 0)
      #expect(passed == [Chunk(.stdout, "\(number)\n")])
    }
    #expect(!gate.isHolding)
    let released = gate.release(at: 1, isFinal: true)
    #expect(released.isEmpty)
  }

  @Test func keepsTheFirstMegabyteAndTheEnd() {
    var gate = FloodGate()
    var shown = ""
    let lines = (0..<2_000_000).lazy.map { "line \($0)\n" }
    var whole = ""
    for line in lines {
      shown += text(gate.admit(Chunk(.stdout, line), at: 0))
      if whole.utf8.count < FloodGate.burst { whole += line }
    }
    #expect(gate.isHolding)
    let head = String(decoding: whole.utf8.prefix(FloodGate.burst - 32), as: UTF8.self)
    #expect(shown.hasPrefix(head))
    #expect(shown.utf8.count < FloodGate.burst + 200)

    let end = text(gate.release(at: 0.001, isFinal: true))
    #expect(end.hasSuffix("line 1999998\nline 1999999\n"))
    #expect(end.contains("lines left out"))
    #expect(end.utf8.count <= FloodGate.tail + 200)
    #expect(!gate.isHolding)
  }

  /// Shown and left-out lines add up to all.
  @Test func countsWhatIsLeftOut() throws {
    var gate = FloodGate()
    var shown = ""
    for number in 0..<300_000 {
      shown += text(gate.admit(Chunk(.stdout, "line \(number)\n"), at: 0))
    }
    shown += text(gate.release(at: 0, isFinal: true))
    let left = try #require(shown.firstMatch(of: /\[… (\d+) lines left out/))
    let visible = shown.split(separator: "\n").count { $0.hasPrefix("line ") }
    #expect(visible + Int(left.1)! == 300_000)
  }

  @Test func showsGlimpsesWhileTheFloodGoesOn() {
    var gate = FloodGate()
    _ = gate.admit(Chunk(.stdout, String(repeating: "x\n", count: 1 << 20)), at: 0)
    let tooEarly = gate.release(at: 1, isFinal: false)
    #expect(tooEarly.isEmpty)
    let glimpse = text(gate.release(at: 5, isFinal: false))
    #expect(glimpse.utf8.count >= FloodGate.glimpse / 2)
    #expect(glimpse.utf8.count <= FloodGate.glimpse + 200)
  }

  @Test func aSlowProgressLineNeverFreezes() {
    var gate = FloodGate()
    let bar = "\r" + String(repeating: "#", count: 79)
    var passed = 0
    for tick in 0..<40_000 {
      passed += gate.admit(Chunk(.stderr, bar), at: Double(tick) / 10).count
    }
    #expect(passed == 40_000)
  }

  @Test(arguments: ["x", "é", "🚀"])
  func cutsOneEndlessLineBetweenCharacters(character: String) {
    var gate = FloodGate()
    let line = String(repeating: character, count: 5 << 20)
    var shown = text(gate.admit(Chunk(.stdout, line), at: 0))
    shown += text(gate.release(at: 0, isFinal: true))
    #expect(!shown.unicodeScalars.contains("\u{FFFD}"))
    #expect(shown.utf8.count >= FloodGate.burst)
    #expect(shown.utf8.count < FloodGate.burst + FloodGate.tail + 400)
  }
}
