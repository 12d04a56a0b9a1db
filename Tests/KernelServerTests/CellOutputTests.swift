import Display
import KernelServer
import Testing

@Suite struct CellOutputTests {
  private let one = MimeBundle(text: "1")
  private let two = MimeBundle(text: "2")

  @Test func joinsPrintsAndKeepsStreamsApart() {
    var output = CellOutput()
    output.write("a", to: .stdout, at: 0)
    output.write("b", to: .stdout, at: 0)
    output.write("c", to: .stderr, at: 0)
    output.write("d", to: .stdout, at: 0)
    #expect(output.isWaiting)
    let sent = output.flush(at: 0, isFinal: false)
    #expect(sent == [.stream(.stdout, "ab"), .stream(.stderr, "c"), .stream(.stdout, "d")])
    #expect(!output.isWaiting)
  }

  @Test func displaysGoAtOnceBehindWhatWasPrinted() {
    var output = CellOutput()
    output.write("a", to: .stdout, at: 0)
    let isUrgent = output.show(one, id: "x", at: 0)
    #expect(isUrgent)
    let sent = output.flush(at: 0, isFinal: false)
    #expect(sent == [.stream(.stdout, "a"), .show(one, id: "x")])
  }

  @Test func ofManyUpdatesTheLastIsSent() {
    var output = CellOutput()
    output.update(one, id: "x")
    output.update(one, id: "y")
    output.write("a", to: .stdout, at: 0)
    output.update(two, id: "x")
    let sent = output.flush(at: 0, isFinal: false)
    #expect(sent == [.update(one, id: "y"), .stream(.stdout, "a"), .update(two, id: "x")])
  }

  @Test func aClearingTakesBackWhatWaits() {
    var output = CellOutput()
    output.write("a", to: .stdout, at: 0)
    output.update(one, id: "elsewhere")
    output.clear(wait: true)
    let isFirstUrgent = output.show(one, id: nil, at: 0)
    output.clear(wait: true)
    let isSecondUrgent = output.show(two, id: nil, at: 0)
    #expect(!isFirstUrgent && !isSecondUrgent)
    let sent = output.flush(at: 0, isFinal: false)
    #expect(sent == [.update(one, id: "elsewhere"), .clear(wait: true), .show(two, id: nil)])
  }

  @Test func boundsTheNumberOfDisplays() {
    var output = CellOutput()
    let count = Int(CellOutput.displayBurst)
    var sent = 0
    for _ in 0..<(count + 10) where output.show(one, id: nil, at: 0) {
      sent += output.flush(at: 0, isFinal: false).count
    }
    #expect(sent == count)
    let last = output.flush(at: 0, isFinal: true)
    #expect(last == [.stream(.stderr, "[… 10 displays left out …]\n")])
    let isShownAgain = output.show(one, id: nil, at: 1)
    #expect(isShownAgain)
  }
}
