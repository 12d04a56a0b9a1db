private let secret = 42
fileprivate func whisper(_ s: String) -> String { "psst " + s }
private struct Hidden { fileprivate var x = 1; private var y = 2; var both: Int { x + y } }
print(secret, whisper("a"), Hidden().both)
private extension Hidden { func more() -> Int { x + y + 10 } }
print(Hidden().more(), Hidden().x)
public struct Pub { public private(set) var n = 0; public init() {}; public mutating func inc() { n += 1 } }
var pub = Pub()
pub.inc()
print(pub.n)
extension Pub { mutating func reset() { n = -1 } }
pub.reset()
print(pub.n)
open class Base { open func who() -> String { "base" }; public internal(set) var k = 1; fileprivate func hook() -> String { "bh" }; func callHook() -> String { hook() } }
final class Derived: Base { override func who() -> String { "derived " + super.who() }; override fileprivate func hook() -> String { "dh" } }
let b: Base = Derived()
b.k += 1
print(b.who(), b.k, b.callHook())
@usableFromInline internal func inner() -> Int { 7 }
@inlinable public func outer() -> Int { inner() * 2 }
print(outer())
@inline(never) func never() -> Int { 1 }
@inline(__always) func always() -> Int { never() + 1 }
print(always())
@frozen public enum Fz { case a, b }
print(Fz.a)
private enum Ns { static let a = 1; static var b = 2; enum Deep { static func c() -> Int { a + b } } }
Ns.b = 20
print(Ns.Deep.c())
private protocol Pp { var z: Int { get } }
private struct Zz: Pp { var z: Int { 5 } }
private func useP(_ p: any Pp) -> Int { p.z }
print(useP(Zz()))
fileprivate typealias Alias = [String: Int]
fileprivate var table: Alias = ["k": 1]
table["j"] = 2
print(table.count)
private class Priv { private let id: Int; private init(_ i: Int) { id = i }; static func make() -> Priv { Priv(3) }; fileprivate var show: String { "P\(id)" } }
private let pv = Priv.make()
print(pv.show)
extension Int { private var sq: Int { self * self }; fileprivate func cube() -> Int { sq * self } }
print(3.cube())
@available(*, deprecated, message: "old") func old() -> Int { 9 }
print(old())
@_spi(X) public let s = 1
print(s)
