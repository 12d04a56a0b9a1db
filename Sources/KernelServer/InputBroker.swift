import CellEngine
import Display
import JupyterWire
import Synchronization

/// Takes the questions of cells to the front end that runs them, and the answers back.
///
/// A front end can show one question at a time: others wait for their turn.
final class InputBroker: Sendable {
  private struct Question {
    var prompt: String
    var isSecret: Bool
    var answer: InputAnswer
    var tag: CellTag
    var request: Message
    /// The identifier of the message that asks, once it was sent.
    var messageID: String?
  }

  private let wire: Wire
  private let questions = Mutex<[Question]>([])

  init(wire: Wire) { self.wire = wire }

  func ask(
    _ prompt: String, isSecret: Bool, _ answer: InputAnswer, tag: CellTag, request: Message
  ) {
    questions.withLock { questions in
      questions.append(
        Question(
          prompt: prompt, isSecret: isSecret, answer: answer, tag: tag, request: request))
      sendFirst(&questions)
    }
  }

  /// Hands a front end's `input_reply` to the question it answers; ignores it when there is none,
  /// as after an interrupt.
  func receive(_ reply: Message) {
    let answered = questions.withLock { questions -> Question? in
      guard let first = questions.first, reply.identities == first.request.identities else {
        return nil
      }
      // Simple clients send no parent; a parent that names another question is a late answer.
      if let parent = reply.parentHeader["msg_id"]?.stringValue, !parent.isEmpty,
        parent != first.messageID, parent != first.request.header.id
      {
        return nil
      }
      questions.removeFirst()
      sendFirst(&questions)
      return first
    }
    guard let answered else {
      Log.info("an answer came when nothing was asked")
      return
    }
    answered.answer(reply.content["value"]?.stringValue)
  }

  /// Takes back the open questions of a cell that has ended.
  func withdraw(_ tag: CellTag) {
    let withdrawn = questions.withLock { questions in
      let withdrawn = questions.filter { $0.tag == tag }
      questions.removeAll { $0.tag == tag }
      sendFirst(&questions)
      return withdrawn
    }
    for question in withdrawn { question.answer(nil) }
  }

  private func sendFirst(_ questions: inout [Question]) {
    guard let first = questions.first, first.messageID == nil else { return }
    let message = Message(
      identities: first.request.identities, header: wire.headers.header("input_request"),
      parentHeader: first.request.header.json,
      content: ["prompt": .string(first.prompt), "password": .bool(first.isSecret)])
    questions[0].messageID = message.header.id
    wire.send(message, on: .stdin)
  }
}
