final class Node {
  let name: String
  weak var parent: Node?
  unowned let owner: Owner
  var children: [Node] = [] { didSet { owner.changes += 1 } }
  init(_ name: String, owner: Owner) { self.name = name; self.owner = owner }
  deinit { owner.gone.append(name) }
}
final class Owner { var changes = 0; var gone: [String] = [] }
let owner = Owner()
var root: Node? = Node("root", owner: owner)
root!.children.append(Node("leaf", owner: owner))
root!.children[0].parent = root
weak var leaf = root?.children.first
print(leaf?.name ?? "none", leaf?.parent?.name ?? "none", owner.changes)
root = nil
print(leaf == nil, owner.gone)
struct Box<T> {
  private final class Storage { var value: T; init(_ v: T) { value = v } }
  private var storage: Storage
  private(set) var copies = 0
  init(_ v: T) { storage = Storage(v) }
  var value: T {
    get { storage.value }
    set {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(newValue); copies += 1 } else { storage.value = newValue }
    }
  }
}
var one = Box([1])
one.value.append(2)
var two = one
two.value = [9]
two.value = [10]
print(one.value, one.copies, two.value, two.copies)
final class Row: ManagedBuffer<Int, Double> {
  static func of(_ values: [Double]) -> Row {
    let row = Row.create(minimumCapacity: values.count) { _ in values.count } as! Row
    row.withUnsafeMutablePointerToElements { p in for (i, v) in values.enumerated() { (p + i).initialize(to: v) } }
    return row
  }
  var sum: Double { withUnsafeMutablePointers { count, p in (0..<count.pointee).reduce(0) { $0 + p[$1] } } }
  deinit { _ = withUnsafeMutablePointers { count, p in p.deinitialize(count: count.pointee) } }
}
let row = Row.of([1, 2.5, 4])
print(row.header, row.sum)
var counter: () -> Int = { 0 }
do {
  var n = 0
  counter = { n += 1; return n }
}
print(counter(), counter())
final class Button { var pressed: (() -> Void)?; deinit { owner.gone.append("button") } }
func press() -> Int {
  let button = Button()
  var presses = 0
  button.pressed = { [weak button] in presses += button == nil ? 0 : 1 }
  button.pressed?()
  return presses
}
print(press(), owner.gone)
let captured = [1, 2, 3].map { n in { [n, owner] in "\(n) \(owner.changes)" } }
owner.changes = 7
print(captured.map { $0() })
let opaque = Unmanaged.passRetained(owner).toOpaque()
let back = Unmanaged<Owner>.fromOpaque(opaque).takeUnretainedValue()
print(back === owner, ObjectIdentifier(back) == ObjectIdentifier(owner))
var bytes = [UInt8](repeating: 0, count: 8)
bytes.withUnsafeMutableBytes { $0.storeBytes(of: UInt32(0x01020304).bigEndian, toByteOffset: 2, as: UInt32.self) }
print(bytes, bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 3, as: UInt16.self).bigEndian })
print(withUnsafeTemporaryAllocation(of: Int.self, capacity: 4) { p in p.initialize(repeating: 5); defer { p.deinitialize() }; return p.reduce(0, +) })
print(MemoryLayout<(Int8, Int32)>.size, MemoryLayout<(Int8, Int32)>.stride, MemoryLayout<Node?>.size, MemoryLayout<Bool?>.size)
func longLived(_ node: Node) -> Bool { withExtendedLifetime(node) { node.name.isEmpty } }
print(longLived(Node("late", owner: owner)), owner.gone.last!)
