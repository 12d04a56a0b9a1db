import Display

/// How an answer fared.
public struct ExerciseOutcome: Sendable, Displayable, CustomStringConvertible {
  /// How far an answer is.
  public enum State: Sendable, Hashable {
    /// No answer yet, an answer that fails a property, or one that has all of them.
    case notAttempted, notYet, correct
  }

  enum Ending: Sendable {
    case notAttempted
    case notYet(String)
    case correct([String])
  }

  /// The exercise's title.
  public let title: String
  let ending: Ending

  /// How far the answer is.
  public var state: State {
    switch ending {
    case .notAttempted: .notAttempted
    case .notYet: .notYet
    case .correct: .correct
    }
  }

  private var head: String {
    switch ending {
    case .notAttempted: "Not attempted."
    case .notYet: "Not yet."
    case .correct: "Correct."
    }
  }

  /// What was found, as one or two sentences.
  public var sentence: String {
    switch ending {
    case .notAttempted: "\(title): put your answer in place of the placeholder and run the cell."
    case .notYet(let reason): "\(title): \(reason)"
    case .correct(let properties):
      "\(title)" + (properties.isEmpty ? "." : ": \(properties.joined(separator: "; ")).")
    }
  }

  public var description: String { "\(head) \(sentence)" }

  public var mimeBundle: MimeBundle {
    let (mark, colour) =
      switch ending {
      case .notAttempted: ("○", "#767676")
      case .notYet: ("✗", Wording.red)
      case .correct: ("✓", Wording.green)
      }
    return MimeBundle(
      text: description,
      html: Wording.note("\(mark) \(head)", escapedHTML(sentence), colour: colour))
  }
}

/// A hint or a solution, shown as Markdown: formulas and code as the page's author wrote them.
public struct ExerciseNote: Sendable, Displayable, CustomStringConvertible {
  let head: String
  let text: String

  public var description: String { text.contains("\n") ? "\(head)\n\(text)" : "\(head) \(text)" }

  public var mimeBundle: MimeBundle {
    let gap = text.contains("\n") ? "\n\n" : " "
    return MimeBundle(text: description, markdown: "**\(head)**\(gap)\(text)")
  }
}
