// The C library's `stderr` is a variable that nobody changes.
#if canImport(Glibc)
  @preconcurrency internal import Glibc
#elseif canImport(Musl)
  @preconcurrency internal import Musl
#elseif canImport(Darwin)
  @preconcurrency internal import Darwin
#endif

/// The flow of control a piece of code belongs to: its task, or else its thread.
///
/// A thread's identifier is used again after the thread ended, and each cell runs on a thread of
/// its own; threads therefore get numbers that stay unique.
struct CurrentFlow: Hashable {
  private let task: Int?
  private let thread: UInt64

  static var now: CurrentFlow {
    let task = withUnsafeCurrentTask { $0?.hashValue }
    return CurrentFlow(task: task, thread: task == nil ? threadNumber : 0)
  }

  /// Frees a thread's number when the thread ends.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { UnsafeMutableRawPointer($0)?.deallocate() }
    return key
  }()

  private static var threadNumber: UInt64 {
    if let known = pthread_getspecific(key) { return known.load(as: UInt64.self) }
    let number = UInt64.random(in: .min ... .max)
    let store = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    store.storeBytes(of: number, as: UInt64.self)
    pthread_setspecific(key, store)
    return number
  }
}

/// The terminal behind standard error, where a plain program shows its progress.
enum ErrorTerminal {
  static var isPresent: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes through the stream of the C library, which the cell engine may have replaced by one of
  /// its own.
  static func printInOrder(_ text: String) {
    fputs(text, stderr)
    fflush(stderr)
  }

  static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        #if canImport(Darwin)
          Darwin.write(STDERR_FILENO, $0.baseAddress, $0.count)
        #elseif canImport(Musl)
          Musl.write(STDERR_FILENO, $0.baseAddress, $0.count)
        #else
          Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
        #endif
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
