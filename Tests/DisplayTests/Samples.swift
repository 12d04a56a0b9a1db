import Observation

// Values to show, one type for each way in which a type can be unlike others.

struct Point {
  var x = 1.0
  var y = 2.0
}

struct Outer {
  struct Inner { var a = 1 }
  var inner = Inner()
}

struct Pair<First, Second> {
  var first: First
  var second: Second
}

struct Empty {}

enum Direction { case north, south }

enum Payload {
  case none
  case plain(Int)
  case labelled(x: Int)
  case several(x: Int, String)
  case tuple((Int, Int))
  case optional(Int?)
  case void(())
  indirect case nested(Payload)
}

indirect enum Chain {
  case end
  case link(Chain)
}

struct Described: CustomStringConvertible { var description: String { "described" } }

struct Debugged: CustomDebugStringConvertible { var debugDescription: String { "debugged" } }

struct Both: CustomStringConvertible, CustomDebugStringConvertible {
  var description: String { "described" }
  var debugDescription: String { "debugged" }
}

struct Streamed: TextOutputStreamable {
  func write(to target: inout some TextOutputStream) { target.write("streamed") }
}

struct Multiline: CustomStringConvertible { var description: String { "line 1\nline 2" } }

class Animal {
  var legs = 4
}

final class Dog: Animal {
  var name = "Rex"
  lazy var bark = "woof"
  weak var owner: Animal?
  unowned let friend: Animal

  init(friend: Animal) { self.friend = friend }
}

final class Knot: Hashable {
  let name: String
  var links: Set<Knot> = []
  init(_ name: String) { self.name = name }
  static func == (a: Knot, b: Knot) -> Bool { a === b }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

final class Node {
  let name: String
  var next: Node?

  init(_ name: String, next: Node? = nil) {
    self.name = name
    self.next = next
  }
}

@propertyWrapper
struct Clamped {
  var wrappedValue: Int { didSet { wrappedValue = min(wrappedValue, 10) } }
}

struct Wrapping {
  @Clamped var level = 3
  var _hidden = 1
}

actor Counter { var count = 0 }

@Observable
final class Model { var title = "draft" }

struct Failure: Error { var code = 7 }

struct Flags: OptionSet { let rawValue: Int }

struct Unordered: Hashable { var id: Int }

/// A mirror that never ends, and one that lies about what it is.
struct Endless: CustomReflectable {
  var customMirror: Mirror {
    Mirror(self, unlabeledChildren: repeatElement(0, count: .max), displayStyle: .collection)
  }
}

struct Liar: CustomReflectable {
  var customMirror: Mirror {
    Mirror(self, unlabeledChildren: [1, 2], displayStyle: .dictionary)
  }
}

struct Blank: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Fails when anything but its type is looked at.
struct Trap: LazySequenceProtocol, IteratorProtocol {
  mutating func next() -> Int? { fatalError("consumed") }
}

struct Person {
  var name: String
  var age: Int?
}
