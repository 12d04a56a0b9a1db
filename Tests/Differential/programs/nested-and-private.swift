struct Outer { struct Inner { var n = 1; enum Kind: String { case a, b } }; private var secret = 42; var inner = Inner(); fileprivate func reveal() -> Int { secret } ; private(set) var seen = 0; mutating func see() { seen += 1 } }
var o = Outer()
print(o.inner.n, o.reveal(), Outer.Inner.Kind.a.rawValue)
o.see()
print(o.seen)
extension Outer { func secretTimes(_ k: Int) -> Int { secret * k } ; struct Extra { var kind = Inner.Kind.b } }
print(o.secretTimes(2), Outer.Extra().kind)
extension Outer.Inner { static let zero = Outer.Inner(n: 0); var double: Int { n * 2 } }
print(Outer.Inner.zero.n, Outer.Inner(n: 4).double)
private func helper() -> String { "helped" }
fileprivate let hidden = "hidden"
print(helper(), hidden)
private struct Secret { var x = 1 }
print(Secret().x)
enum Namespace { static let constant = 3; static func f() -> Int { constant + 1 }; static var state = 0 }
Namespace.state += 5
print(Namespace.f(), Namespace.state)
extension Namespace { static func g() -> Int { f() + state } }
print(Namespace.g())
