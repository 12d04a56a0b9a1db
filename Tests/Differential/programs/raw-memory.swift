let p = UnsafeMutablePointer<Int>.allocate(capacity: 4)
p.initialize(repeating: 1, count: 4)
p[2] = 7
(p + 1).pointee = 5
print(Array(UnsafeBufferPointer(start: p, count: 4)), p.distance(to: p + 3))
let raw = UnsafeMutableRawPointer(p)
raw.storeBytes(of: 0x01020304, toByteOffset: 8, as: Int.self)
print(p[1], raw.load(fromByteOffset: 8, as: UInt8.self))
p.deinitialize(count: 4)
p.deallocate()
struct Mixed { var a: UInt8 = 1; var b: Double = 2; var c: UInt16 = 3 }
print(MemoryLayout<Mixed>.size, MemoryLayout<Mixed>.stride, MemoryLayout<Mixed>.alignment, MemoryLayout.offset(of: \Mixed.c)!)
print(MemoryLayout<Mixed?>.size, MemoryLayout<Int?>.size, MemoryLayout<Bool?>.size, MemoryLayout<AnyObject?>.size)
var mixed = Mixed()
withUnsafeMutableBytes(of: &mixed) { $0[0] = 255 }
print(mixed.a, withUnsafeBytes(of: mixed.c) { Array($0) })
var numbers: [Int32] = [5, 3, 9, 1]
numbers.withUnsafeMutableBufferPointer { qsort($0.baseAddress!, $0.count, 4) { a, b in let (x, y) = (a!.load(as: Int32.self), b!.load(as: Int32.self)); return x < y ? -1 : x > y ? 1 : 0 } }
print(numbers)
func addAll(_ p: UnsafePointer<Int32>, _ n: Int) -> Int { (0..<n).reduce(0) { $0 + Int(p[$1]) } }
print(addAll(numbers, 4), addAll([1, 2], 2))
func bump(_ p: UnsafeMutablePointer<Int32>) { p.pointee += 100 }
bump(&numbers[1])
bump(&numbers)
print(numbers)
print("héllo".withCString { strlen($0) }, "abc".utf8.withContiguousStorageIfAvailable { $0.reduce(0) { $0 + Int($1) } } ?? 0)
final class Node { var next: Unmanaged<Node>?; let n: Int; init(_ n: Int) { self.n = n }; deinit { print("free", n) } }
do { let unmanaged = Unmanaged.passRetained(Node(1)); print(unmanaged.takeUnretainedValue().n); unmanaged.release() }
final class Buf: ManagedBuffer<Int, Double> { class func make(_ n: Int) -> Buf { let b = Buf.create(minimumCapacity: n) { _ in n } as! Buf; b.withUnsafeMutablePointerToElements { $0.initialize(repeating: 0.5, count: n) }; return b }
  deinit { withUnsafeMutablePointers { h, e in print("buf", h.pointee); e.deinitialize(count: h.pointee) } } }
var buf: Buf? = Buf.make(3)
print(buf!.header, buf!.withUnsafeMutablePointerToElements { $0[2] })
buf = nil
typealias Callback = @convention(c) (Int32) -> Int32
let cb: Callback = { $0 * 2 }
print(cb(21))
func apply(_ f: Callback, _ n: Int32) -> Int32 { f(n) }
print(apply({ $0 + 1 }, 1))
struct Bits: OptionSet { let rawValue: UInt8; static let a = Bits(rawValue: 1 << 0), b = Bits(rawValue: 1 << 1), all: Bits = [.a, .b] }
var bits: Bits = .a
bits.insert(.b)
print(bits == .all, bits.subtracting(.a), unsafeBitCast(bits, to: UInt8.self))
print(Float(1.5).bitPattern, Double(bitPattern: 0x3FF0000000000000), Int8(truncatingIfNeeded: 300), UInt8(clamping: -4), Int.max &+ 1 == .min)
let (hi, lo) = UInt64.max.multipliedFullWidth(by: 3)
print(hi, lo, 200.addingReportingOverflow(Int.max), (5).byteSwapped, 0b1011.nonzeroBitCount, 8.trailingZeroBitCount)
let data = Data([1, 2, 3, 4, 5])
print(data.withUnsafeBytes { $0.load(as: UInt16.self) }, data[1...].first!, data.subdata(in: 1..<3).map { $0 })
var t = (1, 2, 3)
withUnsafeMutablePointer(to: &t) { $0.withMemoryRebound(to: Int.self, capacity: 3) { $0[1] = 50 } }
print(t)
let s = ContiguousArray(unsafeUninitializedCapacity: 3) { b, n in b.initialize(repeating: 4); n = 3 }
print(s, Array<UInt8>(unsafeUninitializedCapacity: 2) { b, n in b[0] = 1; b[1] = 2; n = 2 })
