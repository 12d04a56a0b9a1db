import Synchronization

/// How the exercises of the running page stand, for its last cell.
final class ExerciseRecord: Sendable {
  struct Entry: Sendable {
    let title: String
    var state: ExerciseOutcome.State
  }

  static let shared = ExerciseRecord()
  private let entries = Mutex<[Entry]>([])

  var outcomes: [Entry] { entries.withLock { $0 } }

  func clear() { entries.withLock { $0 = [] } }

  func set(_ title: String, _ state: ExerciseOutcome.State) {
    entries.withLock { entries in
      if let place = entries.firstIndex(where: { $0.title == title }) {
        entries[place].state = state
      } else {
        entries.append(Entry(title: title, state: state))
      }
    }
  }
}
