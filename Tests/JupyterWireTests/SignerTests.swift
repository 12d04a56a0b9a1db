import JupyterWire
import Testing

@Suite struct SignerTests {
  /// RFC 4231, test cases 1 and 2; and a key longer than a block, by Python's `hmac`.
  static let vectors: [(key: String, data: String, digest: String)] = [
    (
      String(repeating: "\u{B}", count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      "Jefe", "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      String(repeating: "long key ", count: 20), "",
      "bcd9246033901e3d31f5a2386e746d989eb7bf5321c7a26ec246133990ebb358"
    ),
  ]

  @Test(arguments: vectors.indices)
  func agreesWithKnownVectors(index: Int) {
    let vector = Self.vectors[index]
    let signature = Signer(key: vector.key).signature(over: [Array(vector.data.utf8)])
    #expect(String(decoding: signature, as: UTF8.self) == vector.digest)
  }

  @Test func signsPartsAsOneText() {
    let signer = Signer(key: "Jefe")
    let parts = ["what do ya ", "", "want ", "for nothing?"].map { Array($0.utf8) }
    let signature = String(decoding: signer.signature(over: parts), as: UTF8.self)
    #expect(signature == Self.vectors[1].digest)
  }

  @Test func refusesEverythingElse() {
    let signer = Signer(key: "key")
    let parts = [Array("content".utf8)]
    let good = signer.signature(over: parts)
    #expect(signer.accepts(good, over: parts))
    #expect(!signer.accepts(good, over: [Array("Content".utf8)]))
    #expect(!Signer(key: "yek").accepts(good, over: parts))
    for index in good.indices {
      var changed = good
      changed[index] ^= 1
      #expect(!signer.accepts(changed, over: parts))
    }
    #expect(!signer.accepts([], over: parts))
    #expect(!signer.accepts(Array(good.dropLast()), over: parts))
    #expect(!signer.accepts(good + good, over: parts))
  }

  @Test func emptyKeyTurnsSigningOff() {
    let signer = Signer(key: "")
    #expect(signer.isOff)
    #expect(signer.signature(over: [[1, 2]]).isEmpty)
    #expect(signer.accepts([], over: [[1, 2]]))
    #expect(signer.accepts([9], over: [[1, 2]]))
  }
}

@Suite struct SignatureHistoryTests {
  private func signature(_ number: Int) -> [UInt8] {
    let digits = String(number, radix: 16)
    return Array((String(repeating: "0", count: 64 - digits.count) + digits).utf8)
  }

  @Test func noticesReplays() {
    let history = SignatureHistory()
    #expect(history.insert(signature(1)))
    #expect(history.insert(signature(2)))
    #expect(!history.insert(signature(1)))
    #expect(!history.insert(signature(2)))
  }

  @Test func forgetsTheOldestFirst() {
    let history = SignatureHistory(capacity: 4)
    for number in 0..<6 { #expect(history.insert(signature(number))) }
    for number in 2..<6 { #expect(!history.insert(signature(number))) }
    #expect(history.insert(signature(0)))
    #expect(history.insert(signature(2)))
    #expect(!history.insert(signature(5)))
  }

  @Test func remembersManyAndEveryDigit() {
    let history = SignatureHistory()
    for number in 0..<(1 << 16) { #expect(history.insert(signature(number << 20))) }
    for number in 0..<(1 << 16) { #expect(!history.insert(signature(number << 20))) }
    let base = Array(repeating: UInt8(ascii: "a"), count: 64)
    let fresh = SignatureHistory()
    #expect(fresh.insert(base))
    for index in base.indices {
      var changed = base
      changed[index] = UInt8(ascii: "9")
      #expect(fresh.insert(changed))
    }
  }
}
