import Display
import Glibc
import Synchronization

/// A message between the session's processes: a JSON header and binary buffers.
struct Frame: Sendable {
  var header: JSONValue
  var buffers: [[UInt8]] = []

  init(_ header: JSONValue, buffers: [[UInt8]] = []) {
    self.header = header
    self.buffers = buffers
  }

  /// What the frame is about.
  var type: String { header["type"]?.stringValue ?? "" }
}

/// Whole frames over a stream socket.
///
/// Writing is thread-safe; reading is for one thread.
///
/// On the wire: the number of parts, then each part's length, both as 32-bit little-endian
/// integers, then the parts; the first part is the header.
final class Channel: Sendable {
  let descriptor: Int32
  private let writing = Mutex(())

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Sends a frame; `false` when the other side is gone.
  @discardableResult
  func send(_ frame: Frame) -> Bool {
    let parts = [frame.header.utf8] + frame.buffers
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(4 + 4 * parts.count) { $0 + $1.count })
    append(UInt32(parts.count), to: &bytes)
    for part in parts { append(UInt32(part.count), to: &bytes) }
    for part in parts { bytes += part }
    return writing.withLock { _ in
      bytes.withUnsafeBytes { Channel.write($0, to: descriptor) }
    }
  }

  /// Waits for the next frame; `nil` when the other side is gone.
  ///
  /// - Parameter isExpected: Asked every half second while nothing comes; `false` ends the wait.
  ///   The end of a socket is no sure sign of its process's end, since whatever inherited the other
  ///   side keeps it open; and a process may stand still.
  func receive(while isExpected: () -> Bool = { true }) -> Frame? {
    guard let count = readInteger(isExpected), count >= 1, count < 1 << 20 else { return nil }
    var lengths: [Int] = []
    for _ in 0..<count {
      guard let length = readInteger(isExpected) else { return nil }
      lengths.append(Int(length))
    }
    var parts: [[UInt8]] = []
    for length in lengths {
      guard let part = read(length, isExpected) else { return nil }
      parts.append(part)
    }
    guard let header = try? JSONValue(parsing: parts[0]) else { return nil }
    return Frame(header, buffers: Array(parts.dropFirst()))
  }

  /// Whether a frame is waiting to be received.
  var hasInput: Bool {
    var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, 0) > 0
  }

  private func append(_ value: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private func readInteger(_ isExpected: () -> Bool) -> UInt32? {
    guard let bytes = read(4, isExpected) else { return nil }
    return bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
  }

  private func read(_ count: Int, _ isExpected: () -> Bool) -> [UInt8]? {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled..<count])
        guard let got = read(into: rest, isExpected) else {
          failed = true
          break
        }
        filled += got
      }
    }
    return failed ? nil : bytes
  }

  /// Reads what there is; `nil` at the end.
  private func read(into buffer: UnsafeMutableBufferPointer<UInt8>, _ isExpected: () -> Bool)
    -> Int?
  {
    var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var isLastTry = false
    while true {
      let ready = poll(&source, 1, isLastTry ? 0 : 500)
      if ready < 0, errno != EINTR { return nil }
      if ready > 0 {
        let got = Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
        if got > 0 { return got }
        if got == 0 || errno != EINTR { return nil }
      } else if isLastTry {
        return nil
      } else if ready == 0 {
        // What was sent before the end is still to be read.
        isLastTry = !isExpected()
      }
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let sent = Glibc.send(descriptor, rest.baseAddress!, rest.count, Int32(MSG_NOSIGNAL))
      if sent < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(sent))
    }
    return true
  }
}
