import Display

/// Turns messages into the frames that travel, and back.
///
/// On the wire a message is: routing frames, the delimiter, the signature, then header, parent
/// header, metadata and content as JSON, then any number of buffers.
package struct MessageCodec: Sendable {
  package static let delimiter = Array("<IDS|MSG>".utf8)

  private let signer: Signer
  private let history = SignatureHistory()

  package init(key: String) { signer = Signer(key: key) }

  package func encode(_ message: Message) -> [[UInt8]] {
    let parts = [
      message.header.json.utf8, message.parentHeader.utf8, message.metadata.utf8,
      message.content.utf8,
    ]
    return message.identities + [Self.delimiter, signer.signature(over: parts)] + parts
      + message.buffers
  }

  /// Reads and verifies a message.
  ///
  /// - Returns: A message with a ``Message/defect`` where another part than the header is malformed.
  /// - Throws: ``MalformedMessage`` for anything but a message with a well-formed header and a
  ///   signature that is right and new.
  package func decode(_ frames: [[UInt8]]) throws(MalformedMessage) -> Message {
    guard let delimiter = frames.firstIndex(of: Self.delimiter) else {
      throw MalformedMessage("no delimiter in \(frames.count) frames")
    }
    guard frames.count >= delimiter + 6 else {
      throw MalformedMessage("\(frames.count - delimiter - 1) frames after the delimiter, not 5")
    }
    let signature = frames[delimiter + 1]
    let parts = frames[(delimiter + 2)..<(delimiter + 6)]
    if !signer.isOff {
      guard signer.accepts(signature, over: parts) else {
        throw MalformedMessage("invalid signature")
      }
      guard history.insert(signature) else { throw MalformedMessage("duplicate signature") }
    }
    let header: MessageHeader
    do { header = try MessageHeader(json: Self.object("header", parts.first!)) } catch {
      throw MalformedMessage(error.description)
    }
    var message = Message(
      identities: Array(frames[..<delimiter]), header: header,
      buffers: Array(frames[(delimiter + 6)...]))
    // Who sent it waits for an answer, so that the rest may not be a reason to drop it.
    let names = ["parent header", "metadata", "content"]
    let members = [\Message.parentHeader, \Message.metadata, \Message.content]
    for ((name, member), bytes) in zip(zip(names, members), parts.dropFirst()) {
      do { message[keyPath: member] = try Self.object(name, bytes) } catch {
        message.defect = error.description
      }
    }
    return message
  }

  private static func object(_ name: String, _ bytes: [UInt8]) throws(MalformedMessage)
    -> JSONValue
  {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw MalformedMessage("\(name): \(error)")
    }
    guard json.objectValue != nil else { throw MalformedMessage("the \(name) is no object") }
    return json
  }
}
