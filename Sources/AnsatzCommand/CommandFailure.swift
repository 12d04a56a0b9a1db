import Foundation

/// Why a command cannot do what it was asked, and what to do about it; shown after `Error: `.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }

  /// The shortest text that tells why a file operation failed.
  static func reason(_ error: any Error) -> String {
    if let failure = error as? CommandFailure { return failure.description }
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let posix = underlying, posix.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(posix.code)))
    }
    return error.localizedDescription
  }
}
