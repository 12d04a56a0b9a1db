struct Message: Sendable { let text: String }
final class Log: @unchecked Sendable { var lines: [String] = [] }
let log = Log()
let send: @Sendable (Message) -> Void = { log.lines.append($0.text) }
send(Message(text: "hi"))
log.lines
