protocol Shape { var area: Double { get } }
struct Square: Shape { let side: Double; var area: Double { side * side } }
extension Array { var evens: some Sequence<Element> { enumerated().filter { $0.offset % 2 == 0 }.map(\.element) } }
struct Shelf<Item> {
  let item: Item
  func pair<Other>(_ other: Other) -> some Sequence<Item> { [item, item] }
  var name: some Equatable { "\(item)" }
  subscript(count: Int) -> some Collection<Item> { Array(repeating: item, count: count) }
  struct Label { var text: some StringProtocol { "label" }; static func make() -> some Shape { Square(side: 3) } }
}
class Room { func door() -> some Shape { Square(side: 2) }; init() {} }
enum Unit { case one; var shape: some Shape { Square(side: 1) } }
extension Shape { func doubled() -> some Shape { Square(side: (2 * area).squareRoot()) } }
let evens = ["a", "b", "c"].evens
print(Array(evens))
let pair = Shelf(item: 5).pair("x")
print(Array(pair))
let names = (Shelf(item: 1).name, Shelf(item: 2).name)
print(names.0 == names.1)
let row = Shelf(item: "r")[3]
print(row.count, row.first!)
let door = Room().door()
var big = door.doubled()
print(door.area, big.area)
big = door.doubled()
let made = Shelf<Int>.Label.make(), text = Shelf<String>.Label().text
print(made.area, text.count)
let shapes = [Unit.one.shape, Unit.one.shape]
print(shapes.map(\.area), shapes.evens.map(\.area))
let few = shapes.evens
print(Array(few).count)
extension Unit { static var all: some Sequence<Unit> { [one, one] } ; static func ... (a: Unit, n: Int) -> Int { n } }
let units = Unit.all
print(units.map { $0.shape.area }, Unit.one ... 4)
let labels = ["x": Room().door()]
print(labels["x"]!.doubled().area.rounded())
