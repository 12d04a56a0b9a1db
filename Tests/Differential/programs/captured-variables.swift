var counter = 0
func bump() -> Int { counter += 1; return counter }
let closure = { counter * 10 }
print(bump(), bump(), closure())
counter = 40
print(bump(), closure())
struct Reader { var value: Int { counter } ; static var shared = Reader() }
print(Reader().value, Reader.shared.value)
var handlers: [() -> Int] = []
for i in 1...3 { handlers.append { i * counter } }
counter = 2
print(handlers.map { $0() })
func makeCounter() -> () -> Int { var n = 0; return { n += 1; return n } }
let next = makeCounter()
print(next(), next())
let other = makeCounter()
print(next(), other())
var log: [String] = [] { didSet { print("log has", log.count) } }
log.append("a")
log += ["b", "c"]
var area: Double { get { Double(counter) / 2 } set { counter = Int(newValue * 2) } }
area = 8
print(counter, area)
let (a, b) = (counter, "b")
print(a, b)
let later: Int
if a > 3 { later = 1 } else { later = 2 }
print(later)
