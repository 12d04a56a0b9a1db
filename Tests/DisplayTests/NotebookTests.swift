import Display
import Synchronization
import Testing

/// Everything that goes through the one installed host.
@Suite(.serialized) struct NotebookTests {
  /// A text without its times and rates.
  private func untimed(_ text: String) -> String {
    text.split(separator: " · ").filter { !$0.hasSuffix(" s") && !$0.hasSuffix("/s") }
      .joined(separator: " · ")
  }

  // MARK: Progress

  @Test func loopToTheEnd() {
    let host = RecordingHost.record {
      for _ in progress(0..<1000, label: "count") {}
    }
    #expect(host.outputs.map(untimed) == ["✓ count: 1 000/1 000"])
  }

  @Test func updatesAreRare() {
    let host = RecordingHost.record {
      for _ in progress(0..<100_000) {}
    }
    #expect(host.events.count < 50)
  }

  @Test func emptyAndUnknown() {
    let host = RecordingHost.record {
      for _ in progress([Int]()) {}
      for _ in progress(sequence(first: 1) { $0 < 3 ? $0 + 1 : nil }, label: "some") {}
      for _ in progress(stride(from: 0, to: 10, by: 5)) {}
      for _ in progress(zip([1, 2], [3, 4])) {}
      for _ in progress(["a": 1]) {}
      for _ in progress(sequence(first: 1) { $0 < 3 ? $0 + 1 : nil }, total: 3) {}
      for _ in progress(1...3, total: 2) {}
    }
    #expect(
      host.outputs.map(untimed) == [
        "✓ 0/0", "✓ some: 3", "✓ 2/2", "✓ 2/2", "✓ 1/1", "✓ 3/3", "✓ 3",
      ])
  }

  @Test func loopThatIsLeft() {
    func fail() throws {
      for x in progress(1...4, label: "throw") where x == 2 { throw Failure() }
    }
    let host = RecordingHost.record {
      for x in progress(1...4, label: "break") where x == 3 { break }
      #expect(throws: Failure.self) { try fail() }
    }
    #expect(
      host.outputs.map { $0.split(separator: " after").first ?? "" } == [
        "■ break: 2/4 · stopped", "■ throw: 1/4 · stopped",
      ])
  }

  @Test func loopThatTheCompilerKeepsAlive() {
    let host = RecordingHost.record {
      var iterator = progress(1...4).makeIterator()
      _ = iterator.next()
      Notebook.stopLoopBars()
      withExtendedLifetime(iterator) {}
    }
    #expect(host.outputs.first?.hasPrefix("■ 0/4 · stopped") == true)
  }

  @Test func nestedLoopsShareLines() {
    let host = RecordingHost.record {
      for _ in progress(1...3, label: "outer") {
        for _ in progress(1...2, label: "a") {}
        for _ in progress(1...5, label: "b") {}
      }
      for _ in progress(1...2, label: "next") {}
    }
    #expect(
      host.outputs.map(untimed) == ["✓ outer: 3/3", "✓ a: 2/2", "✓ b: 5/5", "✓ next: 2/2"])
  }

  @Test func asynchronousLoop() async throws {
    let host = RecordingHost()
    let stream = AsyncThrowingStream<Int, any Error> {
      $0.yield(1)
      $0.yield(2)
      $0.finish(throwing: Failure())
    }
    await Notebook.$substitute.withValue(host) {
      var sum = 0
      await #expect(throws: Failure.self) {
        for try await x in progress(stream, label: "read") { sum += x }
      }
      #expect(sum == 3)
    }
    #expect(host.outputs.first?.hasPrefix("✗ read: 2 · failed after") == true)
  }

  @Test func steps() {
    let time = Mutex(Duration.zero)
    let host = RecordingHost.record {
      let bar = ProgressBar(total: 8, label: "work") { time.withLock { $0 } }
      time.withLock { $0 = .seconds(10) }
      bar.update(to: 2)
      bar.advance(by: 2)
      bar.message = "not drawn yet"
      time.withLock { $0 += .seconds(190) }
      bar.message = "half"
      #expect(bar.value == 4)
      time.withLock { $0 += .seconds(7200) }
      bar.advance(by: 4)
      bar.done("good")
      bar.done()
    }
    #expect(
      host.events.map {
        switch $0 {
        case .show(let bundle, _), .update(let bundle, _): bundle.plain
        default: ""
        }
      } == [
        "work:   0 %                      0/8 · 0.0 s",
        "work:  25 % █████                2/8 · 10 s, 30 s left · 5.0 s each",
        "work:  50 % ██████████           4/8 · 3 min 20 s, 3 min 20 s left · 50 s each · half",
        "✓ work: 8/8 · 2 h 03 min · 15 min 25 s each · half",
        "✓ work: 8/8 · 2 h 03 min · 15 min 25 s each · good",
      ])
  }

  @Test func failedAndForgotten() {
    let host = RecordingHost.record {
      let bar = ProgressBar(total: 8, label: "a")
      bar.advance()
      bar.failed("no data")
      _ = ProgressBar(label: "b")
    }
    #expect(host.outputs.count == 2)
    #expect(host.outputs[0].hasPrefix("✗ a: 1/8 · failed after"))
    #expect(host.outputs[0].hasSuffix("no data"))
    #expect(host.outputs[1].hasPrefix("■ b: 0 · stopped"))
  }

  @Test func manyThreads() async {
    let host = RecordingHost()
    await Notebook.$substitute.withValue(host) {
      let bar = ProgressBar(total: 8000, label: "shared")
      await withTaskGroup { group in
        for _ in 0..<8 { group.addTask { for _ in 0..<1000 { bar.advance() } } }
      }
    }
    #expect(host.outputs.map(untimed) == ["✓ shared: 8 000/8 000"])
  }

  @Test func pictureAsHTML() {
    let host = RecordingHost.record {
      let bar = ProgressBar(total: 4, label: "<a>") { .zero }
      bar.done()
    }
    guard case .show(let bundle, _)? = host.events.first else { return }
    #expect(
      bundle["text/html"]
        == .text(
          """
          <div style="white-space: nowrap">&lt;a&gt; <progress max="4" value="0" title="0 %" \
          style="width: 16em; vertical-align: middle"></progress> 0/4 · 0.0 s</div>
          """))
  }

  // MARK: Displays

  @Test func displays() {
    let host = RecordingHost.record {
      display([1, 2])
      display("a", id: "x")
      updateDisplay("b", id: "x")
      clearOutput(wait: true)
      #expect(throws: InputUnavailable.self) { try readLine(prompt: "?") }
    }
    #expect(host.outputs == ["[1, 2]", "\"b\""])
    #expect(host.events.count == 4)
  }

  // MARK: Comms

  @Test func commOpenedHere() {
    let heard = Mutex<[String]>([])
    let host = RecordingHost.record {
      let comm = Comm(target: "t", data: ["a": 1], buffers: [[1, 2]])
      #expect(comm.isOpen && Notebook.openComms[comm.id] == "t")
      // Nothing that comes before the handler is lost.
      Notebook.receive(CommEvent(.message, id: comm.id, data: 1))
      comm.onMessage { event in heard.withLock { $0.append("message \(event.data.text)") } }
      comm.onClose { event in heard.withLock { $0.append("close \(event.data.text)") } }
      Notebook.receive(CommEvent(.message, id: comm.id, data: 2))
      Notebook.receive(CommEvent(.message, id: "unknown", data: 3))
      comm.send(["b": 2], buffers: [[3]])
      Notebook.receive(CommEvent(.close, id: comm.id, data: 4))
      Notebook.receive(CommEvent(.close, id: comm.id, data: 5))
      comm.send("late")
      comm.close()
      #expect(!comm.isOpen && Notebook.openComms[comm.id] == nil)
    }
    #expect(heard.withLock { $0 } == ["message 1", "message 2", "close 4"])
    #expect(host.comms.map(\.action) == [.open, .message])
    #expect(host.comms[0].buffers == [[1, 2]] && host.comms[1].data == ["b": 2])
  }

  @Test func commOpenedByTheFrontEnd() {
    let host = RecordingHost.record {
      Comm.register(target: "echo") { comm, opening in
        comm.send(opening.data)
        comm.onMessage { comm.send($0.data, buffers: $0.buffers) }
      }
      Notebook.receive(CommEvent(.open, id: "1", target: "echo", data: "hello"))
      Notebook.receive(CommEvent(.message, id: "1", data: "again", buffers: [[9]]))
      Notebook.receive(CommEvent(.close, id: "1"))
      Notebook.receive(CommEvent(.open, id: "2", target: "nobody"))
    }
    #expect(
      host.comms == [
        CommEvent(.message, id: "1", data: "hello"),
        CommEvent(.message, id: "1", data: "again", buffers: [[9]]),
        CommEvent(.close, id: "2"),
      ])
  }

  @Test func commClosedFromItsHandler() {
    let host = RecordingHost.record {
      let comm = Comm(target: "t")
      comm.onMessage { _ in comm.close(["bye": true]) }
      Notebook.receive(CommEvent(.message, id: comm.id))
      Notebook.receive(CommEvent(.message, id: comm.id))
    }
    #expect(host.comms.map(\.action) == [.open, .close])
  }
}

@Suite(.serialized) struct FormulaAndFunctionTests {
  @Test(arguments: [
    ("x^2", "$$x^2$$"), ("$x$", "$x$"), ("\\[x\\]", "\\[x\\]"),
    ("\\begin{align}x\\end{align}", "\\begin{align}x\\end{align}"),
  ])
  func formulasGetDelimiters(text: String, expected: String) {
    let host = RecordingHost.record { display(latex: text) }
    guard case .show(let bundle, nil)? = host.events.first,
      case .text(let latex)? = bundle["text/latex"]
    else {
      Issue.record("no formula was shown")
      return
    }
    #expect(latex == expected && bundle.plain == text)
  }

  @Test func functionsAreShownByTheirTypes() {
    func sum(_ numbers: Int..., to limit: [Double]...) -> Int? { nil }
    #expect(mimeBundle(of: sum).plain == "(Int..., [Double]...) -> Int?")
    #expect(mimeBundle(of: { (x: Int) in x }).plain == "(Int) -> Int")
  }
}
