import CellEngine
import Foundation

// What the commands need of the engine beyond its sessions; the one place to change when the
// engine offers it itself.

extension CellSession {
  /// Fills the caches of modules and completions, so that a person's first cell does not wait.
  static func warmUp() throws {
    let session = try CellSession(configuration: Configuration(), observer: Listener())
    defer { session.shutDown() }
    let source = "import Foundation\n1 + 1"
    _ = session.run(CellRequest(source: source, number: 1), tag: CellTag(rawValue: 1))
    _ = session.complete("[1].", at: 4)
  }

  /// Compiles cells one after another without running them; one failure, or `nil`, for each.
  static func check(_ sources: [String], in folder: String) throws -> [CellFailure?] {
    throw CommandFailure("this build of the engine cannot check cells without running them")
  }

  private final class Listener: CellObserver {
    func cell(_ tag: CellTag, emitted event: CellEvent) {}
  }
}
