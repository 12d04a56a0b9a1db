import Glibc

extension Page {
  /// The seed that the environment variable `ANSATZ_SEED` asks for in place of the page's own: how
  /// many runs of a page differ, as `ansatz sweep` makes them.
  ///
  /// - Throws: ``PageNeedsMore`` for what is not a whole number.
  static func seedAskedFor() throws -> Int? {
    guard let text = getenv("ANSATZ_SEED").map({ String(cString: $0) }), !text.isEmpty else {
      return nil
    }
    guard let seed = Int(text) else {
      throw PageNeedsMore(missing: ["ANSATZ_SEED is “\(text)”; it is a whole number, or not set."])
    }
    return seed
  }
}
