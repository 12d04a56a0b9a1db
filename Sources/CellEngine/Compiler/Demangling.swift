import Glibc

/// The readable form of a symbol's name; `nil` for what is no name of Swift's.
func demangled(_ symbol: String) -> String? {
  typealias Demangle =
    @convention(c) (
      UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?, UInt32
    ) -> UnsafeMutablePointer<CChar>?
  guard symbol.hasPrefix("$s"), let pointer = dlsym(nil, "swift_demangle") else { return nil }
  let demangle = unsafeBitCast(pointer, to: Demangle.self)
  guard let result = demangle(symbol, symbol.utf8.count, nil, nil, 0) else { return nil }
  defer { free(result) }
  return String(cString: result)
}
