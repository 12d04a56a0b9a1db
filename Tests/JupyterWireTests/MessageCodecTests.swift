import Display
import JupyterWire
import Testing

@Suite struct MessageCodecTests {
  private static let header: JSONValue = [
    "msg_id": "one", "msg_type": "test_request", "session": "s", "extra": [1, 2],
  ]

  private func message() throws -> Message {
    Message(
      identities: [[0, 1, 2], []], header: try MessageHeader(json: Self.header),
      parentHeader: ["msg_id": "zero"], metadata: ["m": true], content: ["text": "ü🚀"],
      buffers: [[], [0xFF, 0x00]])
  }

  @Test func returnsFromFrames() throws {
    let frames = MessageCodec(key: "key").encode(try message())
    let read = try MessageCodec(key: "key").decode(frames)
    #expect(read.identities == [[0, 1, 2], []])
    #expect(read.header.json == Self.header)
    #expect(read.header.id == "one")
    #expect(read.type == "test_request")
    #expect(read.parentHeader == ["msg_id": "zero"])
    #expect(read.metadata == ["m": true])
    #expect(read.content == ["text": "ü🚀"])
    #expect(read.buffers == [[], [0xFF, 0x00]])
  }

  @Test func framesStandInTheProtocolsOrder() throws {
    let frames = MessageCodec(key: "").encode(try message())
    #expect(frames.count == 10)
    #expect(frames[2] == MessageCodec.delimiter)
    #expect(frames[3].isEmpty)
    #expect(try JSONValue(parsing: frames[4]) == Self.header)
    #expect(try JSONValue(parsing: frames[7]) == ["text": "ü🚀"])
  }

  @Test func refusesReplays() throws {
    let codec = MessageCodec(key: "key")
    let frames = codec.encode(try message())
    #expect(throws: Never.self) { try codec.decode(frames) }
    let error = #expect(throws: MalformedMessage.self) { try codec.decode(frames) }
    #expect(error?.description == "duplicate signature")
  }

  @Test func withoutAKeyMessagesMayRepeat() throws {
    let codec = MessageCodec(key: "")
    let frames = codec.encode(try message())
    for _ in 0..<3 { #expect(throws: Never.self) { try codec.decode(frames) } }
  }

  @Test func refusesEveryChange() throws {
    let good = MessageCodec(key: "key").encode(try message())
    for index in 2..<8 {
      var frames = good
      frames[index].append(0x20)
      #expect(throws: MalformedMessage.self) { try MessageCodec(key: "key").decode(frames) }
      frames.remove(at: index)
      #expect(throws: MalformedMessage.self) { try MessageCodec(key: "key").decode(frames) }
    }
    #expect(throws: MalformedMessage.self) { try MessageCodec(key: "other").decode(good) }
  }

  @Test(arguments: [
    [], [""], ["x", "y"], ["<IDS|MSG>"], ["<IDS|MSG>", "", "{}", "{}", "{}"],
    ["<IDS|MSG>", "", "{}", "{}", "{}", "{}"],
    ["<IDS|MSG>", "", #"{"msg_id": 1, "msg_type": "a"}"#, "{}", "{}", "{}"],
    ["<IDS|MSG>", "", #"{"msg_id": "a"}"#, "{}", "{}", "{}"],
    ["<IDS|MSG>", "", #"{"msg_id": "a", "msg_type": "b""#, "{}", "{}", "{}"],
  ])
  func refusesMalformedFrames(frames: [String]) {
    let codec = MessageCodec(key: "")
    #expect(throws: MalformedMessage.self) { try codec.decode(frames.map { Array($0.utf8) }) }
  }

  @Test(arguments: [
    (["[]", "{}", "{}"], "the parent header is no object"),
    (["{}", "5", "{}"], "the metadata is no object"),
    (["{}", "{}", "null"], "the content is no object"),
    (["{}", "{}", "{"], "content: invalid JSON at byte 1"),
    (["{}", "{}", #"{"a": NaN}"#], "content: invalid JSON at byte 6"),
    (
      ["{}", "{}", #"{"a": "# + String(repeating: "[", count: 300)],
      "content: invalid JSON at byte 261: nested more than 256 deep"
    ),
  ])
  func tellsWhatIsWrongWithAMessageThatCanBeAnswered(parts: [String], defect: String) throws {
    let frames = ["me", "<IDS|MSG>", "", #"{"msg_id": "a", "msg_type": "b_request"}"#] + parts
    let message = try MessageCodec(key: "").decode(frames.map { Array($0.utf8) })
    #expect(message.identities == [Array("me".utf8)])
    #expect(message.header.id == "a")
    #expect(message.defect?.hasPrefix(defect) == true, "\(message.defect ?? "none")")
  }

  @Test func readsASubshellsName() throws {
    let header = try MessageHeader(json: ["msg_id": "a", "msg_type": "b", "subshell_id": "sub"])
    #expect(header.subshellID == "sub")
    #expect(try MessageHeader(json: Self.header).subshellID == nil)
  }

  @Test func headersAreUniqueAndDated() {
    let factory = HeaderFactory()
    let headers = (0..<1000).map { _ in factory.header("status") }
    #expect(Set(headers.map(\.id)).count == headers.count)
    let json = headers[0].json
    #expect(json["version"] == "5.5")
    #expect(json["session"]?.stringValue == factory.session)
    let date = json["date"]?.stringValue ?? ""
    #expect(date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
    #expect(HeaderFactory().session != factory.session)
  }
}
