import Dispatch
import Display
import Glibc
import JupyterWire
import Synchronization
import Testing

/// A kernel that answers every request with its own content.
private final class Echo: WireHandler {
  private let wire: Wire
  let requests = Mailbox<Message>()

  init(wire: Wire) { self.wire = wire }

  func received(_ message: Message, on channel: Channel) {
    wire.reply(to: message, on: channel, "echo_reply", message.content)
    requests.append(message)
  }

  func receivedControl(_ message: Message) {
    wire.reply(to: message, on: .control, "echo_reply", message.content)
  }
}

@Suite(.serialized) struct WireTests {
  /// Sockets over `ipc` in the folder for temporary files: no port is taken.
  private func connection() throws -> ConnectionFile {
    let number = UInt32.random(in: 0 ... .max)
    return try ConnectionFile(json: [
      "transport": "ipc", "ip": .string("/tmp/ansatz-wire-\(getpid())-\(number)"),
      "key": "k", "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4,
      "hb_port": 5,
    ])
  }

  private var descriptors: Int {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }

  @Test func refusesATakenAddress() throws {
    let wire = try Wire(ConnectionFile(json: Self.tcp)) { Echo(wire: $0) }
    let error = #expect(throws: WireError.self) {
      try Wire(ConnectionFile(json: Self.tcp)) { Echo(wire: $0) }
    }
    #expect(error?.description.contains("cannot bind") == true)
    wire.close()
  }

  private static let tcp: JSONValue = [
    "transport": "tcp", "ip": "127.0.0.1", "key": "k", "shell_port": 47301, "iopub_port": 47302,
    "stdin_port": 47303, "control_port": 47304, "hb_port": 47305,
  ]

  @Test func closesAllThatItOpened() throws {
    func openAndClose() throws {
      let wire = try Wire(connection()) { Echo(wire: $0) }
      wire.publish("status", ["execution_state": "idle"], parent: [:])
      wire.close()
    }
    try openAndClose()
    let before = descriptors
    for _ in 0..<10 { try openAndClose() }
    #expect(descriptors <= before + 1)
  }

  @Test func barrierIsPassedWhenNothingArrives() throws {
    let wire = try Wire(connection()) { Echo(wire: $0) }
    let passed = DispatchSemaphore(value: 0)
    wire.afterReceiving { passed.signal() }
    #expect(passed.wait(timeout: .now() + 5) == .success)
    wire.close()
  }
}

@Suite struct MailboxTests {
  @Test func keepsTheOrder() {
    let mailbox = Mailbox<Int>()
    for number in 0..<1000 { mailbox.append(number) }
    mailbox.close()
    for number in 0..<1000 { #expect(mailbox.next() == number) }
    #expect(mailbox.next() == nil)
  }

  @Test func changesOnlyWhatWaits() {
    let mailbox = Mailbox<Int>()
    for number in 0..<600 { mailbox.append(number) }
    for number in 0..<300 { #expect(mailbox.next() == number) }
    mailbox.update { $0 = -$0 }
    for number in 300..<600 { #expect(mailbox.next() == -number) }
  }

  @Test func waitsForAnotherThread() {
    let mailbox = Mailbox<Int>()
    let thread = NativeThread.start("filler") {
      usleep(20_000)
      mailbox.append(5)
    }
    #expect(mailbox.next() == 5)
    thread.join()
  }
}
