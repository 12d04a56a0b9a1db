import CellEngine
import Display

extension CellSession {
  /// Fills the caches of modules and completions, so that a person's first cell does not wait.
  static func warmUp() throws {
    let session = try CellSession(configuration: Configuration(), observer: SilentObserver())
    defer { session.shutDown() }
    let source = "import Foundation\n1 + 1"
    _ = session.run(CellRequest(source: source, number: 1), tag: CellTag(rawValue: 1))
    _ = session.complete("[1].", at: 4)
  }
}

/// Listens to cells whose output nobody wants.
final class SilentObserver: CellObserver {
  func cell(_ tag: CellTag, emitted event: CellEvent) {}
}
