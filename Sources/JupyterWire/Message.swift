import Display
import Glibc
import Synchronization

/// One message of the Jupyter protocol.
package struct Message: Sendable {
  /// Routing prefix: identities on a ROUTER socket, the topic on iopub.
  package var identities: [[UInt8]]
  package var header: MessageHeader
  /// The header of the request that caused this message; an empty object for none.
  package var parentHeader: JSONValue
  package var metadata: JSONValue
  package var content: JSONValue
  /// Binary data that travels beside the JSON.
  package var buffers: [[UInt8]]
  /// What is wrong with a message that can still be answered, since its header is right.
  package var defect: String?

  package init(
    identities: [[UInt8]] = [], header: MessageHeader, parentHeader: JSONValue = [:],
    metadata: JSONValue = [:], content: JSONValue = [:], buffers: [[UInt8]] = []
  ) {
    self.identities = identities
    self.header = header
    self.parentHeader = parentHeader
    self.metadata = metadata
    self.content = content
    self.buffers = buffers
  }

  package var type: String { header.type }
}

/// A message's header, with the members this kernel does not know kept as they came.
package struct MessageHeader: Sendable, Hashable {
  package let id: String
  package let type: String
  /// The subshell a request is meant for (protocol 5.5).
  package let subshellID: String?
  /// The whole header, to be sent back as the parent of the answers.
  package let json: JSONValue

  /// - Throws: ``MalformedMessage`` when `msg_id` or `msg_type` is missing or no string.
  package init(json: JSONValue) throws(MalformedMessage) {
    guard let id = json["msg_id"]?.stringValue else {
      throw MalformedMessage("the header has no msg_id")
    }
    guard let type = json["msg_type"]?.stringValue else {
      throw MalformedMessage("the header has no msg_type")
    }
    self.id = id
    self.type = type
    self.subshellID = json["subshell_id"]?.stringValue
    self.json = json
  }

  /// Whether the message comes from Jupyter's Python client, as those of consoles do; it numbers its
  /// messages behind the name of its session, where front ends in a browser take random names.
  package var isOfPythonClient: Bool {
    json["session"]?.stringValue.map { !$0.isEmpty && id.hasPrefix("\($0)_") } ?? false
  }

  fileprivate init(id: String, type: String, session: String) {
    self.id = id
    self.type = type
    self.subshellID = nil
    self.json = [
      "msg_id": .string(id), "msg_type": .string(type), "session": .string(session),
      "username": "kernel", "date": .string(Timestamp.now()),
      "version": .string(HeaderFactory.protocolVersion),
    ]
  }
}

/// Makes the headers of one kernel's own messages.
package final class HeaderFactory: Sendable {
  /// The version of the protocol that is spoken.
  package static let protocolVersion = "5.5"

  /// Identifies this run of the kernel.
  package let session: String
  private let serial = Atomic<Int>(0)

  package init() {
    var random = SystemRandomNumberGenerator()
    session = String(random.next(), radix: 16) + String(random.next(), radix: 16)
  }

  package func header(_ type: String) -> MessageHeader {
    let number = serial.add(1, ordering: .relaxed).newValue
    return MessageHeader(id: "\(session)-\(number)", type: type, session: session)
  }
}

/// Moments as ISO 8601 text.
package enum Timestamp {
  /// The present, in UTC, to the microsecond: `2026-03-01T09:30:00.123456Z`.
  package static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date =
      "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))"
      + "-\(padded(Int(parts.tm_mday), 2))"
    let clock =
      "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2))"
      + ":\(padded(Int(parts.tm_sec), 2)).\(padded(time.tv_nsec / 1000, 6))"
    return "\(date)T\(clock)Z"
  }
}

/// Why a message was dropped.
package struct MalformedMessage: Error, CustomStringConvertible {
  package let description: String

  package init(_ reason: String) { description = reason }
}
