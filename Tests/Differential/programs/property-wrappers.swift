@propertyWrapper struct Clamped { private var v = 0; let range: ClosedRange<Int>; var wrappedValue: Int { get { v } set { v = min(max(newValue, range.lowerBound), range.upperBound) } }; var projectedValue: String { "\(v) in \(range)" }; init(wrappedValue: Int, _ range: ClosedRange<Int>) { self.range = range; v = min(max(wrappedValue, range.lowerBound), range.upperBound) } }
struct Dial { @Clamped(0...10) var level = 5; @Clamped(1...3) var gear = 9; lazy var big = level * 100 }
var d = Dial()
d.level = 70
print(d.level, d.gear, d.$level, d.big)
extension Dial { mutating func off() { level = 0; gear = 0 } }
d.off()
print(d.level, d.gear)
@dynamicMemberLookup struct Lookup { subscript(dynamicMember name: String) -> String { "<\(name)>" } }
let look = Lookup()
print(look.anything, look.other)
@dynamicCallable struct Call { func dynamicallyCall(withArguments a: [Int]) -> Int { a.reduce(0, +) } }
let call = Call()
print(call(1, 2, 3))
class Observed { var x = 0 { willSet { print("will", newValue) } didSet { print("did", oldValue) } } }
let o = Observed()
o.x = 4
