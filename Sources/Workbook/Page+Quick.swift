import Glibc

extension Page {
  /// Whether the page should take its short form, which makes the same claims from less work: the
  /// environment variable `ANSATZ_QUICK` is set to anything but `0`.
  public static var isQuick: Bool {
    guard let value = getenv("ANSATZ_QUICK").map({ String(cString: $0) }) else { return false }
    return !value.isEmpty && value != "0"
  }

  /// `short` in a quick run, else `full`.
  ///
  /// ```swift
  /// let steps = Page.quick(20, else: 200)
  /// ```
  public static func quick<Value>(
    _ short: @autoclosure () -> Value, else full: @autoclosure () -> Value
  ) -> Value {
    isQuick ? short() : full()
  }
}
