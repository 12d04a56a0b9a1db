class Node { let n: Int; var next: Node?; weak var previous: Node?; init(_ n: Int) { self.n = n }; deinit { print("gone", n) } }
var head: Node? = Node(1)
head?.next = Node(2)
head?.next?.previous = head
print(head?.next?.previous?.n ?? 0)
head = head?.next
print(head?.previous == nil)
head = nil
var list = [Node(3), Node(4)]
list.removeFirst()
print("removed")
list = []
func scope() { let n = Node(5); print("in scope", n.n) }
scope()
struct Handle: ~Copyable { let id: Int; deinit { print("closed", id) }; consuming func close() { print("closing", id) } }
func useHandle() { let h = Handle(id: 1); h.close(); let k = Handle(id: 2); print(k.id) }
useHandle()
var dict = ["k": Node(6)]
dict["k"] = Node(7)
dict = [:]
