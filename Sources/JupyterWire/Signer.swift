import Synchronization
internal import _CSodium

/// Signs and verifies messages with HMAC-SHA256.
package struct Signer: Sendable {
  package static let scheme = "hmac-sha256"

  private let key: [UInt8]

  /// - Parameter key: The text of the connection file's `key`; empty turns signing off.
  package init(key: String) { self.key = Array(key.utf8) }

  package var isOff: Bool { key.isEmpty }

  /// The signature over `parts` in order, as 64 lower-case hexadecimal digits; empty when signing
  /// is off.
  package func signature(over parts: some Sequence<[UInt8]>) -> [UInt8] {
    guard !isOff else { return [] }
    var state = crypto_auth_hmacsha256_state()
    crypto_auth_hmacsha256_init(&state, key, key.count)
    for part in parts { crypto_auth_hmacsha256_update(&state, part, UInt64(part.count)) }
    var digest = [UInt8](repeating: 0, count: 32)
    crypto_auth_hmacsha256_final(&state, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// Whether `signature` belongs to `parts`; takes the same time wherever the first difference is.
  package func accepts(_ signature: [UInt8], over parts: some Sequence<[UInt8]>) -> Bool {
    guard !isOff else { return true }
    let expected = self.signature(over: parts)
    guard signature.count == expected.count else { return false }
    return sodium_memcmp(signature, expected, expected.count) == 0
  }
}
