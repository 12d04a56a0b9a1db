import Foundation
protocol Key: Hashable, Codable {}
struct ID { var n = 1 }
extension ID: Key {}
print(Set([ID(), ID(), ID(n: 2)]).count)
let data = try JSONEncoder().encode([ID(n: 7)])
print(String(data: data, encoding: .utf8)!)
print(try JSONDecoder().decode([ID].self, from: data).map(\.n))
protocol Named { var name: String { get } }
typealias Level = Comparable & CaseIterable & Named
enum Height { case low, mid(Int), high }
enum Plain { case b, a }
extension Plain: Level { var name: String { "plain" } }
print(Plain.allCases.map { "\($0)" }, Plain.allCases.max()!, Plain.a.name)
protocol Measured: Equatable { static func make() -> Self }
extension Height: Measured { static func make() -> Height { .mid(3) } }
func twice<T: Measured>(_: T.Type) -> Bool { T.make() == T.make() }
print(twice(Height.self), Height.low == .high)
protocol Near: Equatable { var place: Double { get } }
extension Near { static func == (a: Self, b: Self) -> Bool { abs(a.place - b.place) < 0.5 } }
struct Spot { var place: Double; var label: String }
extension Spot: Near {}
print(Spot(place: 1, label: "a") == Spot(place: 1.2, label: "b"))
protocol Portable: Sendable { func weight() -> Int }
struct Bag { var items: [Int] }
extension Bag: Portable { func weight() -> Int { items.reduce(0, +) } }
let bag = Bag(items: [1, 2])
print(await Task.detached { bag.weight() }.value)
extension Bag: Hashable { var first: Int? { items.first } }
extension Spot: Hashable {
  var isFar: Bool { place > 10 }
  func hash(into hasher: inout Hasher) { hasher.combine(label) }
}
print(Set([bag, bag]).count, bag.first ?? 0, Spot(place: 20, label: "c").isFar)
