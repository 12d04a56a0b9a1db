let numbers = [1, 2, 3, 4]
  #if os(Linux)
  .filter { $0 > 1 }
  #else
  .map { $0 * 2 }
  #endif
print(numbers)
#if DEBUG
let mode = "debug"
#else
let mode = "release"
func modeName() -> String { mode.uppercased() }
#endif
print(mode, modeName())
#if canImport(Foundation)
struct Here { var n = 1 }
print("has", Here())
#elseif os(Windows)
struct There {}
#endif
print(Here().n)
let text = numbers
  #if !os(macOS)
  .map(String.init)
  #endif
  .joined(separator: ",")
print(text)
