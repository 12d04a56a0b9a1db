import Glibc

internal import _CCellRunner

/// What a program and its children write, as text, in the order of each stream.
final class ProgramStreams: Sendable {
  typealias Receiver = @Sendable (_ text: String, _ isError: Bool) -> Void

  // Used by one thread at a time: first the cell's, then that of the rest.
  nonisolated(unsafe) private var sources: [pollfd]
  nonisolated(unsafe) private var texts = [UTF8Accumulator(), UTF8Accumulator()]
  nonisolated(unsafe) private var buffer = [UInt8](repeating: 0, count: 65536)
  private let receive: Receiver

  /// The descriptors are closed with the value.
  init(output: Int32, errors: Int32, receive: @escaping Receiver) {
    sources = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    self.receive = receive
  }

  deinit { for source in sources where source.fd >= 0 { close(source.fd) } }

  /// Hands on what comes within some milliseconds; `false` when both streams are at their end.
  func forward(waiting milliseconds: Int32) -> Bool {
    guard sources.contains(where: { $0.fd >= 0 }) else { return false }
    _ = poll(&sources, 2, milliseconds)
    for index in sources.indices where sources[index].fd >= 0 && sources[index].revents != 0 {
      read(index, atMost: buffer.count)
    }
    return true
  }

  /// Hands on at once what was written until now, and from another thread what will be, until the
  /// last process that may write is gone.
  func forwardRest() {
    for index in sources.indices where sources[index].fd >= 0 {
      var waiting = Int(cell_waiting_bytes(sources[index].fd))
      while waiting > 0, sources[index].fd >= 0 { waiting -= read(index, atMost: waiting) }
    }
    var isEnded = true
    _ = poll(&sources, 2, 0)
    for source in sources where source.fd >= 0 && source.revents & Int16(POLLHUP) == 0 {
      isEnded = false
    }
    if !isEnded { startThread { while self.forward(waiting: -1) {} } }
  }

  @discardableResult
  private func read(_ index: Int, atMost limit: Int) -> Int {
    let count = Glibc.read(sources[index].fd, &buffer, min(limit, buffer.count))
    if count < 0, errno == EINTR { return 0 }
    guard count > 0 else {
      close(sources[index].fd)
      sources[index].fd = -1
      let rest = texts[index].flush()
      if !rest.isEmpty { receive(rest, index == 1) }
      return limit
    }
    let text = texts[index].append(buffer[0..<count])
    if !text.isEmpty { receive(text, index == 1) }
    return count
  }
}
