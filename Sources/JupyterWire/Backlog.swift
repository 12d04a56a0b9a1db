import Synchronization

/// Published messages that some subscriber has no room for yet, in order, and what becomes of them.
///
/// The memory of a kernel must not grow with what its front ends do not read. So
/// - as long as all subscribers read, however slowly, none loses anything: when
///   ``byteLimit`` bytes wait, whoever publishes output waits, too;
/// - a subscriber that has read nothing for ``deafAfter`` milliseconds though there was much to read
///   (a program that was stopped) is disconnected by the operating system. It loses what is
///   published until it reads again, which connects it anew;
/// - where that is not possible, over `ipc`, it is left out after ``patience``.
struct Backlog {
  static let byteLimit = 32 << 20
  static let deafAfter: Int32 = 10_000
  static let patience = Duration.seconds(15)
  /// Seconds that a subscriber must have kept up before it is waited for again.
  private static let probation = Duration.seconds(5)

  private var messages: [[[UInt8]]] = []
  private var head = 0
  private(set) var bytes = 0
  private var lastProgress = ContinuousClock.now
  /// When a subscriber was last left out, if that is not long ago.
  private var lastLoss: ContinuousClock.Instant?

  var isEmpty: Bool { head == messages.count }

  mutating func append(_ message: [[UInt8]]) {
    if isEmpty { lastProgress = .now }
    messages.append(message)
    bytes += Self.size(of: message)
  }

  /// Sends what can be sent; with `isFinal` all of it, to whom it may reach.
  mutating func send(to socket: ZeroMQSocket, isFinal: Bool = false) {
    let now = ContinuousClock.now
    while !isEmpty {
      let message = messages[head]
      if !socket.send(message) {
        let isDeaf = lastLoss != nil || now - lastProgress > Self.patience
        guard isDeaf || isFinal else { break }
        if lastLoss == nil { Log.warning("a front end reads no output: it loses some") }
        lastLoss = now
        socket.leavesOutSlow = true
        socket.send(message)
        socket.leavesOutSlow = false
      }
      lastProgress = now
      bytes -= Self.size(of: message)
      messages[head] = []
      head += 1
    }
    if isEmpty {
      messages = []
      head = 0
    } else if head >= 256 {
      messages.removeFirst(head)
      head = 0
    }
    if let loss = lastLoss, now - loss > Self.probation { lastLoss = nil }
  }

  private static func size(of message: [[UInt8]]) -> Int { message.reduce(0) { $0 + $1.count } }
}
