import Display
import Glibc

internal import _CSourceKit

/// Requests to the compiler library of the toolchain.
///
/// For use in the compiler process only: a crash of the compiler is a crash of the process.
struct SourceKit {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// A value of a request.
  enum Argument {
    case uid(String)
    case string(String)
    case integer(Int)
    case strings([String])
    case dictionary([(String, Argument)])

    var yaml: String {
      switch self {
      case .uid(let name): name
      case .string(let text): JSONValue.string(text).text
      case .integer(let number): String(number)
      case .strings(let texts): JSONValue.array(texts.map(JSONValue.string)).text
      case .dictionary(let members):
        "{" + members.map { "\($0): \($1.yaml)" }.joined(separator: ", ") + "}"
      }
    }
  }

  init(toolchain: Toolchain) throws {
    if let reason = source_kit_open(toolchain.sourceKit) {
      throw Failure(description: "\(toolchain.sourceKit): \(String(cString: reason))")
    }
  }

  func send(_ request: String, _ arguments: [(String, Argument)]) throws -> JSONValue {
    let text = Argument.dictionary(
      [("key.request", .uid("source.request.\(request)"))] + arguments
    ).yaml
    var failed = false
    guard let answer = source_kit_send(text, &failed) else {
      throw Failure(description: "no answer")
    }
    defer { free(answer) }
    let bytes = UnsafeBufferPointer(
      start: UnsafeRawPointer(answer).assumingMemoryBound(to: UInt8.self), count: strlen(answer))
    if failed { throw Failure(description: String(decoding: bytes, as: UTF8.self)) }
    return try JSONValue(parsing: bytes)
  }
}
