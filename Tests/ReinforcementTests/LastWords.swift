import Foundation
import Testing

/// What a process wrote on standard error before it ended.
func lastWords(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}
