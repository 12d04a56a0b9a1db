struct Stack<Element> {
  private var items: [Element] = []
  mutating func push(_ item: Element) { items.append(item) }
  mutating func pop() -> Element? { items.popLast() }
}
var stack = Stack<String>()
stack.push("a")
stack.push("b")
stack.pop()
