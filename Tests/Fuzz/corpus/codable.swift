import Foundation
struct Item: Codable { var id: Int, tags: [String]? }
let data = try JSONEncoder().encode(Item(id: 1, tags: ["a"]))
try JSONDecoder().decode(Item.self, from: data).tags ?? []
