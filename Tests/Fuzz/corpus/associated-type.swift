protocol Container {
  associatedtype Item
  var items: [Item] { get set }
}
extension Container where Item: Equatable {
  func has(_ item: Item) -> Bool { items.contains(item) }
}
struct Crate: Container { var items = [1, 2, 3] }
Crate().has(2)
