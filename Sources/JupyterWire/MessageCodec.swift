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
  /// - Throws: ``MalformedMessage`` for anything but a well-formed message with a signature that
  ///   is right and new.
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
    let objects = try zip(["header", "parent header", "metadata", "content"], parts).map {
      name, bytes throws(MalformedMessage) in
      do {
        let json = try JSONValue(parsing: bytes)
        guard json.objectValue != nil else { throw MalformedMessage("the \(name) is no object") }
        return json
      } catch let error as MalformedMessage {
        throw error
      } catch {
        throw MalformedMessage("\(name): \(error)")
      }
    }
    return Message(
      identities: Array(frames[..<delimiter]), header: try MessageHeader(json: objects[0]),
      parentHeader: objects[1], metadata: objects[2], content: objects[3],
      buffers: Array(frames[(delimiter + 6)...]))
  }
}
