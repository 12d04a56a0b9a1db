let big: Int128 = 170_141_183_460_469_231_731_687_303_715_884_105_727
print(big, Int128.min, UInt128.max)
let (high, low) = UInt64.max.multipliedFullWidth(by: 3)
print(high, low, UInt8(250) &+ 10, Int8.min &- 1, Int8(-128).magnitude)
func bits<T: FixedWidthInteger>(_ n: T) -> [Int] { [n.nonzeroBitCount, n.leadingZeroBitCount, n.trailingZeroBitCount, T.bitWidth] }
print(bits(UInt16(0b1010_0000)), bits(-1), bits(UInt128(1) << 100))
print(String(255, radix: 16, uppercase: true), Int("-7f", radix: 16) ?? 0, Int("12x") as Int?  as Any, UInt8("300") as Any)
let (sum, over) = Int32.max.addingReportingOverflow(1)
print(sum, over, 7.quotientAndRemainder(dividingBy: -2), (-7) % 3, 7 / -2)
let h: Float16 = 1.0 / 3.0
print(h, Float(h), h.ulp, Float16.greatestFiniteMagnitude, Float16(1e6))
print(0x1.8p3, 0b101, 0o17, 1e-7, 1e16, 123456789.0 * 1e10, Double.pi.nextUp - Double.pi)
for rule in [FloatingPointRoundingRule.up, .down, .towardZero, .awayFromZero, .toNearestOrEven, .toNearestOrAwayFromZero] {
  print((-2.5).rounded(rule), 2.5.rounded(rule), terminator: " ")
}
print()
print(Double.nan == .nan, -0.0 == 0.0, (-0.0).sign, Double.infinity - .infinity, 5.truncatingRemainder(dividingBy: 3.5), (5.0).remainder(dividingBy: 3.5))
extension BinaryInteger {
  var digits: [Int] {
    var n = magnitude, all: [Int] = []
    repeat { all.append(Int(n % 10)); n /= 10 } while n > 0
    return all.reversed()
  }
}
print((-90210).digits, UInt8(0).digits, big.digits.count)
print(Int(exactly: 3.5) as Any, Int(truncatingIfNeeded: UInt64.max), UInt8(clamping: -4), Int8(truncatingIfNeeded: 200))
print((1...20).reduce(1, *), stride(from: 1.0, to: 0, by: -0.25).map { $0 }, (0..<10).contains(10))
var mask: UInt32 = 0xDEAD_BEEF
mask ^= mask << 13
mask ^= mask >> 17
print(mask, mask.byteSwapped, mask.bigEndian == mask.byteSwapped, ~mask)
print([3, 1, 2].max()!, abs(-3.5), min(1, 2, 0), (5).signum(), 10.isMultiple(of: 5), Double("0x1p-2")!)
print(SIMD4<Float>(1, 2, 3, 4) * 2, SIMD2(3, 4) &+ 1, SIMD8<Int16>(repeating: 3).wrappedSum(), (SIMD4(1, 5, 2, 7) .> 2))
