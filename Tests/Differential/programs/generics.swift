struct Stack<Element> { private var items: [Element] = []; mutating func push(_ e: Element) { items.append(e) }; mutating func pop() -> Element? { items.popLast() }; var count: Int { items.count } }
var stack = Stack<Int>()
stack.push(1); stack.push(2)
extension Stack { var top: Element? { items.last } }
print(stack.top ?? 0, stack.count)
extension Stack: Sequence { func makeIterator() -> AnyIterator<Element> { var rest = items; return AnyIterator { rest.popLast() } } }
print(Array(stack))
func largest<T: Comparable>(_ xs: [T]) -> T? { xs.max() }
print(largest([3, 9, 2]) ?? 0, largest(["a", "z"]) ?? "")
protocol Container { associatedtype Item; var items: [Item] { get }; mutating func add(_ i: Item) }
struct Bag<T>: Container { var items: [T] = []; mutating func add(_ i: T) { items.append(i) } }
extension Container { var size: Int { items.count } }
var bag = Bag<String>()
bag.add("x")
print(bag.size, bag.items)
func sizes<C: Container>(_ c: C) -> Int where C.Item == String { c.items.map(\.count).reduce(0, +) }
print(sizes(bag))
func eraser(_ c: some Container) -> Int { c.size }
let boxed: any Container = bag
print(eraser(bag), boxed.size)
func pairs<each T>(_ t: repeat each T) -> (repeat each T) { (repeat each t) }
print(pairs(1, "two", 3.0))
